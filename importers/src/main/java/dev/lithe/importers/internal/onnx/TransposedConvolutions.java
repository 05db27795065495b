package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeConvOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// ConvTranspose. What LiteRT computes without padding is `(inputs - 1) * stride + extent` wide; pads cut
/// it, output padding widens it.
final class TransposedConvolutions {
    private TransposedConvolutions() {}

    static List<Laid> lower(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        Laid weights = call.input(1);
        int spatial = x.rank() - 2;
        int[] kernel = Arrays.copyOfRange(weights.shape().toArray(), 2, weights.rank());
        Window window = Window.of(call.node(), x.shape(), kernel);
        if (!call.node().text("auto_pad", "NOTSET").equals("NOTSET")) {
            window = window.padded(new int[spatial], new int[spatial]);
        }
        int groups = Math.toIntExact(call.node().integer("group", 1));
        Cut cut = Cut.of(call, window);
        List<Laid> images = Splitting.even(graph, x, 1, groups);
        List<Laid> filters = Splitting.even(graph, dilated(graph, weights, window), 0, groups);
        List<Laid> parts = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            parts.add(one(graph, images.get(g), filters.get(g), window, cut));
        }
        Laid y = groups == 1 ? parts.getFirst() : Movements.concat(graph, parts, 1);
        if (call.has(2)) {
            Value bias = call.plain(2);
            y = Laid.image(graph.add(y.tensor(graph), bias));
        }
        return Call.one(y);
    }

    /// What is cut off the full result in front, and how large it is then.
    private record Cut(int[] before, int[] size) {
        static Cut of(Call call, Window window) {
            int rank = window.rank();
            int[] extra = call.node().ints("output_padding", new int[rank]);
            int[] shape = call.node().ints("output_shape");
            int[] before = window.before().clone();
            int[] size = new int[rank];
            String auto = call.node().text("auto_pad", "NOTSET");
            for (int d = 0; d < rank; d++) {
                int full = full(window, d);
                if (shape != null || auto.startsWith("SAME")) {
                    size[d] = shape == null ? window.input()[d] * window.strides()[d] : shape[shape.length - rank + d];
                    int total = Math.max(0, full + extra[d] - size[d]);
                    before[d] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
                } else {
                    size[d] = full + extra[d] - before[d] - window.after()[d];
                }
            }
            return new Cut(before, size);
        }

        /// Whether LiteRT's SAME cuts the same.
        boolean isSame(Window window) {
            for (int d = 0; d < size.length; d++) {
                int total = full(window, d) - size[d];
                boolean same =
                        size[d] == window.input()[d] * window.strides()[d] && total >= 0 && before[d] == total / 2;
                if (!same) {
                    return false;
                }
            }
            return true;
        }
    }

    private static int full(Window window, int d) {
        if (window.input()[d] < 0) {
            throw new NotLowerable("the size of its input is unknown; give the inputs fixed shapes");
        }
        return (window.input()[d] - 1) * window.strides()[d] + window.extent(d);
    }

    /// Weights with zeros between their elements where the convolution is dilated.
    private static Laid dilated(Emitter graph, Laid weights, Window window) {
        if (Arrays.stream(window.dilations()).allMatch(d -> d == 1)) {
            return weights;
        }
        if (!(weights.plain(graph) instanceof Value.Known known)) {
            throw new NotLowerable("it is dilated, and its weights are only known at run time");
        }
        int[] sizes = known.shape().toArray();
        for (int d = 0; d < window.rank(); d++) {
            sizes[2 + d] = window.extent(d);
        }
        Tensor from = known.tensor();
        Tensor to = Tensor.allocate(TensorType.FLOAT32, Shape.of(sizes), QuantizationParameters.NONE);
        for (int i = 0; i < from.elementCount(); i++) {
            int rest = i;
            int at = 0;
            for (int d = sizes.length - 1; d >= 0; d--) {
                int place = rest % from.shape().dimension(d) * (d < 2 ? 1 : window.dilations()[d - 2]);
                rest /= from.shape().dimension(d);
                at += place * to.shape().flatSize(d + 1, sizes.length);
            }
            to.floats()[at] = from.floats()[i];
        }
        return Laid.plain(Value.Known.of(graph.name(), to));
    }

    private static Laid one(Emitter graph, Laid x, Laid weights, Window window, Cut cut) {
        return switch (window.rank()) {
            case 1 -> {
                Value image = Convolutions.lifted(graph, x);
                Laid filter = Reshapes.unsqueeze(graph, weights, 2);
                Cut flat = new Cut(new int[] {0, cut.before[0]}, new int[] {1, cut.size[0]});
                yield Convolutions.lowered(graph, plane(graph, image, filter, window.flat(), flat));
            }
            case 2 -> Laid.image(plane(graph, x.as(graph, Orders.channelsLast(4)), weights, window, cut));
            default -> Laid.image(volume(graph, x.as(graph, Orders.channelsLast(5)), weights, window, cut));
        };
    }

    private static Value plane(Emitter graph, Value x, Laid weights, Window window, Cut cut) {
        boolean same = cut.isSame(window);
        Value filter = weights.as(graph, new int[] {1, 2, 3, 0});
        int[] size = same ? cut.size : fullSize(window);
        TransposeConvOptions options = new TransposeConvOptions(
                same ? Padding.SAME : Padding.VALID,
                window.strides()[1],
                window.strides()[0],
                ActivationFunctionType.NONE,
                TensorType.FLOAT32);
        Value full = graph.emit(
                BuiltinOperator.TRANSPOSE_CONV,
                options,
                TensorType.FLOAT32,
                outputShape(graph, x, size, weights.shape().dimension(1)),
                filter,
                x);
        return same ? full : cut(graph, full, cut);
    }

    private static Value volume(Emitter graph, Value x, Laid weights, Window window, Cut cut) {
        Value filter = weights.as(graph, new int[] {2, 3, 4, 1, 0});
        Window plain =
                new Window(window.input(), window.kernel(), window.strides(), Window.ones(3), new int[3], new int[3]);
        Value full = graph.emit(
                BuiltinOperator.CONV_3D_TRANSPOSE,
                Convolutions.options(plain),
                TensorType.FLOAT32,
                outputShape(graph, x, fullSize(window), weights.shape().dimension(1)),
                filter,
                x);
        return cut(graph, full, cut);
    }

    private static int[] fullSize(Window window) {
        int[] size = new int[window.rank()];
        Arrays.setAll(size, d -> full(window, d));
        return size;
    }

    private static Value outputShape(Emitter graph, Value x, int[] size, int channels) {
        int batch = Emitter.shapeOf(x).dimension(0);
        if (batch < 0) {
            throw new NotLowerable("its batch size is unknown; give the inputs fixed shapes");
        }
        int[] shape = new int[size.length + 2];
        shape[0] = batch;
        System.arraycopy(size, 0, shape, 1, size.length);
        shape[shape.length - 1] = channels;
        return graph.ints(shape);
    }

    private static Value cut(Emitter graph, Value full, Cut cut) {
        Shape shape = Emitter.shapeOf(full);
        int rank = shape.rank();
        int[] begin = new int[rank];
        int[] size = shape.toArray();
        int[] pads = new int[2 * rank];
        for (int d = 0; d < cut.size.length; d++) {
            int end = cut.before[d] + cut.size[d];
            begin[d + 1] = Math.max(0, cut.before[d]);
            size[d + 1] = Math.min(end, shape.dimension(d + 1)) - begin[d + 1];
            pads[2 * (d + 1)] = Math.max(0, -cut.before[d]);
            pads[2 * (d + 1) + 1] = Math.max(0, end - shape.dimension(d + 1));
        }
        Value sliced = Arrays.equals(size, shape.toArray()) ? full : Splitting.slice(graph, full, begin, size);
        if (Arrays.stream(pads).allMatch(p -> p == 0)) {
            return sliced;
        }
        return graph.emit(
                BuiltinOperator.PAD, new PadOptions(), TensorType.FLOAT32, sliced, graph.ints(Shape.of(rank, 2), pads));
    }
}
