package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MirrorPadMode;
import dev.lithe.schema.MirrorPadOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Pools over one, two and three dimensions.
final class Pools {
    private Pools() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("MaxPool", Pools::max),
                entry("AveragePool", Pools::average),
                entry("LpPool", Pools::lp),
                entry("GlobalAveragePool", c -> global(c, BuiltinOperator.MEAN, x -> x, x -> x)),
                entry("GlobalMaxPool", c -> global(c, BuiltinOperator.REDUCE_MAX, x -> x, x -> x)),
                entry("GlobalLpPool", Pools::globalLp));
    }

    // ---- over everything

    private static List<Laid> global(
            Call call, BuiltinOperator code, UnaryOperator<Value> before, UnaryOperator<Value> after) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        Laid image = Laid.image(x.as(graph, Orders.channelsLast(x.rank())));
        int[] axes = IntStream.range(2, x.rank()).toArray();
        Laid prepared = Elementwise.map(graph, image, before);
        return Call.one(Elementwise.map(graph, Reductions.reduce(graph, code, prepared, true, axes), after));
    }

    private static List<Laid> globalLp(Call call) {
        long p = call.node().integer("p", 2);
        return global(call, BuiltinOperator.SUM, x -> power(call.graph(), x, p), x -> root(call.graph(), x, p));
    }

    private static Value power(Emitter graph, Value x, long p) {
        if (p == 2) {
            return graph.mul(x, x);
        }
        Value size = graph.unary(BuiltinOperator.ABS, x);
        return p == 1 ? size : graph.compute(BuiltinOperator.POW, null, size, graph.scalar(TensorType.FLOAT32, p));
    }

    private static Value root(Emitter graph, Value x, long p) {
        if (p == 1) {
            return x;
        }
        return p == 2
                ? graph.unary(BuiltinOperator.SQRT, x)
                : graph.compute(BuiltinOperator.POW, null, x, graph.scalar(TensorType.FLOAT32, 1.0 / p));
    }

    // ---- windows

    /// With ceil_mode there are as many positions as start within the image or its padding in front; the
    /// padding behind grows to hold the last one.
    static Window window(Call call) {
        int[] kernel = call.node().ints("kernel_shape", new int[0]);
        Window window = Window.of(call.node(), call.shape(0), kernel);
        if (!call.node().flag("ceil_mode", false)
                || !call.node().text("auto_pad", "NOTSET").equals("NOTSET")) {
            return window;
        }
        int[] after = window.after().clone();
        for (int d = 0; d < after.length; d++) {
            int room = window.input()[d] + window.before()[d] + after[d] - window.extent(d);
            if (window.input()[d] < 0) {
                throw new NotLowerable("the size of its input is unknown; give the inputs fixed shapes");
            }
            int positions = Math.ceilDiv(room, window.strides()[d]) + 1;
            if ((positions - 1) * window.strides()[d] >= window.input()[d] + window.before()[d]) {
                positions--;
            }
            after[d] += (positions - 1) * window.strides()[d] - room;
        }
        return window.padded(window.before(), after);
    }

    /// The image of `call` with its channels last, a sequence as an image of height 1.
    private static Value image(Call call) {
        Laid x = call.input(0);
        return x.rank() == 3 ? Convolutions.lifted(call.graph(), x) : x.as(call.graph(), Orders.channelsLast(x.rank()));
    }

    private static List<Laid> result(Call call, Value image) {
        return Call.one(call.rank(0) == 3 ? Convolutions.lowered(call.graph(), image) : Laid.image(image));
    }

    private static List<Laid> max(Call call) {
        if (call.node().wants(1)) {
            throw new NotLowerable("its second result, the places of the maxima, is not supported");
        }
        Emitter graph = call.graph();
        Window declared = window(call);
        Window window = declared.rank() == 1 ? declared.flat() : declared;
        Value image = image(call);
        TensorType type = Emitter.typeOf(image);
        Value x = graph.cast(image, TensorType.FLOAT32);
        boolean dilated = IntStream.of(window.dilations()).anyMatch(d -> d != 1);
        if (dilated || !(window.isUnpadded() || window.isSame()) || window.rank() == 3) {
            x = paddedForMax(call, x, window);
            window = window.padded(new int[window.rank()], new int[window.rank()]);
        }
        Value y = dilated
                ? dilatedMax(graph, x, declared.rank() == 1 ? declared.flat() : declared)
                : pooled(graph, BuiltinOperator.MAX_POOL_2D, x, window);
        return result(call, graph.cast(y, type));
    }

    /// Padding that no maximum takes: zeros where the image is not negative; what lies mirrored at its edge
    /// where every window that reaches over the edge holds the originals; otherwise the lowest number.
    private static Value paddedForMax(Call call, Value x, Window window) {
        Emitter graph = call.graph();
        if (window.isUnpadded()) {
            return x;
        }
        if (call.bodies().isNotNegative(call.input(0))) {
            return graph.emit(
                    BuiltinOperator.PAD,
                    new dev.lithe.schema.PadOptions(),
                    TensorType.FLOAT32,
                    x,
                    window.paddings(graph));
        }
        if (mirrorsInside(window)) {
            return graph.emit(
                    BuiltinOperator.MIRROR_PAD,
                    new MirrorPadOptions(MirrorPadMode.SYMMETRIC),
                    TensorType.FLOAT32,
                    x,
                    window.paddings(graph));
        }
        return graph.emit(
                BuiltinOperator.PADV2,
                new PadV2Options(),
                TensorType.FLOAT32,
                x,
                window.paddings(graph),
                graph.scalar(TensorType.FLOAT32, -Float.MAX_VALUE));
    }

    private static boolean mirrorsInside(Window window) {
        for (int d = 0; d < window.rank(); d++) {
            int size = window.input()[d];
            if (size < 0 || window.dilations()[d] != 1 || Math.max(window.before()[d], window.after()[d]) > size) {
                return false;
            }
            for (int i = 0; i < window.positions(d); i++) {
                int start = i * window.strides()[d] - window.before()[d];
                int end = start + window.kernel()[d];
                int low = Math.max(0, start);
                int high = Math.min(size, end);
                // In front -1 - j stands for j, behind size + j for size - 1 - j.
                if (high <= low || (start < 0 && -start > high) || (end > size && size - (end - size) < low)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The maximum of strided slices, one for each place in the window.
    private static Value dilatedMax(Emitter graph, Value x, Window window) {
        int rank = window.rank();
        int places = IntStream.of(window.kernel()).reduce(1, Math::multiplyExact);
        if (places > 256) {
            throw new NotLowerable("it is dilated and its window has " + places + " places");
        }
        Value max = null;
        for (int i = 0; i < places; i++) {
            int[] begin = new int[rank + 2];
            int[] end = Emitter.shapeOf(x).withUnknown(Integer.MAX_VALUE).toArray();
            int[] strides = Window.ones(rank + 2);
            int rest = i;
            for (int d = rank - 1; d >= 0; d--) {
                begin[d + 1] = rest % window.kernel()[d] * window.dilations()[d];
                strides[d + 1] = window.strides()[d];
                end[d + 1] = begin[d + 1] + (window.positions(d) - 1) * window.strides()[d] + 1;
                rest /= window.kernel()[d];
            }
            Value slice = graph.emit(
                    BuiltinOperator.STRIDED_SLICE,
                    new StridedSliceOptions(0, 1 | 1 << (rank + 1), 0, 0, 0, false),
                    TensorType.FLOAT32,
                    x,
                    graph.ints(begin),
                    graph.ints(end),
                    graph.ints(strides));
            max = max == null ? slice : graph.compute(BuiltinOperator.MAXIMUM, null, max, slice);
        }
        if (max == null) {
            throw new NotLowerable("its window is empty");
        }
        return max;
    }

    /// A pool that needs no more padding than SAME; over a volume, first over its planes, then over depth.
    private static Value pooled(Emitter graph, BuiltinOperator code, Value x, Window window) {
        if (window.rank() == 2) {
            return plane(graph, code, x, window.padding(), window.kernel(), window.strides());
        }
        Shape shape = Emitter.shapeOf(x);
        int[] kernel = window.kernel();
        int[] strides = window.strides();
        Shape planes = Shape.of(
                shape.dimension(0) * shape.dimension(1), shape.dimension(2), shape.dimension(3), shape.dimension(4));
        Value first = plane(
                graph, code, graph.reshape(x, planes), Padding.VALID, new int[] {kernel[1], kernel[2]}, new int[] {
                    strides[1], strides[2]
                });
        Shape inner = Emitter.shapeOf(first);
        int row = inner.dimension(1) * inner.dimension(2);
        Value columns = graph.reshape(first, Shape.of(shape.dimension(0), shape.dimension(1), row, inner.dimension(3)));
        Value second = plane(graph, code, columns, Padding.VALID, new int[] {kernel[0], 1}, new int[] {strides[0], 1});
        int depth = Emitter.shapeOf(second).dimension(1);
        return graph.reshape(
                second,
                Shape.of(shape.dimension(0), depth, inner.dimension(1), inner.dimension(2), inner.dimension(3)));
    }

    private static Value plane(
            Emitter graph, BuiltinOperator code, Value x, Padding padding, int[] kernel, int[] strides) {
        Pool2DOptions options =
                new Pool2DOptions(padding, strides[1], strides[0], kernel[1], kernel[0], ActivationFunctionType.NONE);
        return graph.emit(code, options, TensorType.FLOAT32, x);
    }

    // ---- averages

    private static List<Laid> average(Call call) {
        Emitter graph = call.graph();
        Window declared = window(call);
        Window window = declared.rank() == 1 ? declared.flat() : declared;
        boolean all = call.node().flag("count_include_pad", false);
        Value x = image(call);
        if (IntStream.of(window.dilations()).anyMatch(d -> d != 1)) {
            throw new NotLowerable("it is dilated, which is not supported");
        }
        boolean counted = !all && window.isSame() && window.rank() == 2;
        if (window.isUnpadded() || counted) {
            return result(call, pooled(graph, BuiltinOperator.AVERAGE_POOL_2D, x, window));
        }
        Window given = Window.of(call.node(), call.shape(0), call.node().ints("kernel_shape", new int[0]));
        Value.Known factors = factors(graph, window, declared.rank() == 1 ? given.flat() : given, all);
        Value padded = graph.emit(
                BuiltinOperator.PAD, new dev.lithe.schema.PadOptions(), TensorType.FLOAT32, x, window.paddings(graph));
        Window bare = window.padded(new int[window.rank()], new int[window.rank()]);
        Value sums = pooled(graph, BuiltinOperator.AVERAGE_POOL_2D, padded, bare);
        boolean even = IntStream.range(0, factors.shape().flatSize())
                .allMatch(i -> factors.tensor().floats()[i] == 1);
        return result(call, even ? sums : graph.mul(sums, factors));
    }

    /// By how much each average over a whole window has to be raised: its elements over those that count.
    private static Value.Known factors(Emitter graph, Window window, Window declared, boolean all) {
        int rank = window.rank();
        int[] sizes = Window.ones(rank + 1);
        for (int d = 0; d < rank; d++) {
            sizes[d] = window.positions(d);
        }
        Shape shape = Shape.of(sizes);
        float[] factors = new float[shape.flatSize()];
        for (int i = 0; i < factors.length; i++) {
            int rest = i;
            double factor = 1;
            for (int d = rank - 1; d >= 0; d--) {
                int start = rest % sizes[d] * window.strides()[d] - window.before()[d];
                int low = all ? -declared.before()[d] : 0;
                int high = window.input()[d] + (all ? declared.after()[d] : 0);
                int count = Math.min(start + window.kernel()[d], high) - Math.max(start, low);
                factor *= (double) window.kernel()[d] / Math.max(1, count);
                rest /= sizes[d];
            }
            factors[i] = (float) factor;
        }
        return graph.floats(shape, factors);
    }

    private static List<Laid> lp(Call call) {
        Emitter graph = call.graph();
        long p = call.node().integer("p", 2);
        Window declared = window(call);
        Window window = declared.rank() == 1 ? declared.flat() : declared;
        if (IntStream.of(window.dilations()).anyMatch(d -> d != 1)) {
            throw new NotLowerable("it is dilated, which is not supported");
        }
        Value powers = power(graph, image(call), p);
        Value padded = window.isUnpadded()
                ? powers
                : graph.emit(
                        BuiltinOperator.PAD,
                        new dev.lithe.schema.PadOptions(),
                        TensorType.FLOAT32,
                        powers,
                        window.paddings(graph));
        Window bare = window.padded(new int[window.rank()], new int[window.rank()]);
        Value means = pooled(graph, BuiltinOperator.AVERAGE_POOL_2D, padded, bare);
        int places = IntStream.of(window.kernel()).reduce(1, Math::multiplyExact);
        Value sums = graph.mul(means, graph.scalar(TensorType.FLOAT32, places));
        return result(call, root(graph, sums, p));
    }
}
