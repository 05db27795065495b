package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.MirrorPadMode;
import dev.lithe.schema.MirrorPadOptions;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/// Slice and Pad, in whatever order their input lies.
final class Slicing {
    private Slicing() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(entry("Slice", Slicing::slice), entry("Pad", Slicing::pad));
    }

    // ---- Slice

    private static List<Laid> slice(Call call) {
        Laid x = call.input(0);
        boolean inputs = call.inputs().size() > 1;
        int[] axes = !inputs ? call.node().ints("axes") : call.has(3) ? call.ints(3, "axes") : null;
        if (inputs
                && (call.input(1).numbers() == null
                        || call.input(2).numbers() == null
                        || call.input(1).isPartial()
                        || call.input(2).isPartial())) {
            return runtimeSlice(call, x, axes);
        }
        int[] starts = inputs ? call.ints(1, "starts") : call.node().ints("starts", new int[0]);
        int[] ends = inputs ? call.ints(2, "ends") : call.node().ints("ends", new int[0]);
        int[] steps = call.has(4) ? call.ints(4, "steps") : new int[0];
        SlicePlan plan = new SlicePlan(x.rank());
        for (int i = 0; i < starts.length; i++) {
            int axis = Call.axis(axes == null ? i : axes[i], x.rank());
            int step = i < steps.length ? steps[i] : 1;
            plan.set(axis, starts[i], ends[i], step, x.shape().dimension(axis));
        }
        return Call.one(plan.emit(call.graph(), x));
    }

    /// Begin, end and stride of each dimension of the ONNX value, and which of them are left open.
    static final class SlicePlan {
        private final int[] begins;
        private final int[] ends;
        private final int[] strides;
        private final boolean[] open;
        private boolean changes;

        SlicePlan(int rank) {
            begins = new int[rank];
            ends = new int[rank];
            strides = new int[rank];
            open = new boolean[rank];
            Arrays.fill(strides, 1);
            Arrays.fill(open, true);
        }

        void set(int axis, int start, int end, int step, int size) {
            if (step == 0) {
                throw new NotLowerable("its step is 0");
            }
            if (size == Shape.UNKNOWN) {
                begins[axis] = start;
                ends[axis] = end;
                open[axis] = step > 0 ? end == Integer.MAX_VALUE : end <= -Integer.MAX_VALUE;
                changes |= start != 0 || !open[axis] || step != 1;
            } else {
                int low = step > 0 ? 0 : -1;
                int high = step > 0 ? size : size - 1;
                begins[axis] = Math.clamp((long) start + (start < 0 ? size : 0), step > 0 ? 0 : 0, Math.max(high, 0));
                ends[axis] = Math.clamp((long) end + (end < 0 ? size : 0), low, Math.max(high, low));
                open[axis] = ends[axis] == (step > 0 ? size : -1);
                changes |= begins[axis] != 0 || !open[axis] || step != 1;
            }
            strides[axis] = step;
        }

        Laid emit(Emitter graph, Laid x) {
            if (!changes) {
                return x;
            }
            int[] order = x.order();
            int mask = 0;
            for (int p = 0; p < order.length; p++) {
                mask |= open[order[p]] ? 1 << p : 0;
                ends[order[p]] = open[order[p]] ? 0 : ends[order[p]];
            }
            Value sliced = graph.emit(
                    BuiltinOperator.STRIDED_SLICE,
                    new StridedSliceOptions(0, mask, 0, 0, 0, false),
                    x.type(),
                    x.tensor(graph),
                    graph.ints(placed(begins, order)),
                    graph.ints(placed(ends, order)),
                    graph.ints(placed(strides, order)));
            return Laid.of(sliced, order, x.isImage());
        }

        private static int[] placed(int[] values, int[] order) {
            return Arrays.stream(order).map(d -> values[d]).toArray();
        }
    }

    /// Where it starts and ends is computed when the model runs.
    private static List<Laid> runtimeSlice(Call call, Laid x, int @org.jspecify.annotations.Nullable [] axes) {
        Emitter graph = call.graph();
        int[] steps = call.has(4) ? call.ints(4, "steps") : new int[0];
        int count = call.shape(1).dimension(0);
        int[] all = axes == null ? Orders.identity(count) : axes;
        int[] sizes = x.shape().toArray();
        Value[] begins = new Value[x.rank()];
        Value[] ends = new Value[x.rank()];
        int[] strides = new int[x.rank()];
        Arrays.fill(strides, 1);
        Arrays.fill(begins, graph.ints(0));
        Arrays.fill(ends, graph.ints(Integer.MAX_VALUE));
        for (int i = 0; i < all.length; i++) {
            int axis = Call.axis(all[i], x.rank());
            strides[axis] = i < steps.length ? steps[i] : 1;
            begins[axis] = element(call, 1, i);
            ends[axis] = element(call, 2, i);
            sizes[axis] = Shape.UNKNOWN;
        }
        if (Arrays.stream(strides).anyMatch(s -> s < 0)) {
            throw new NotLowerable("it goes backwards from a place that is only known at run time");
        }
        Value sliced = graph.builder()
                .emitAs(
                        BuiltinOperator.STRIDED_SLICE,
                        new StridedSliceOptions(0, 0, 0, 0, 0, false),
                        graph.name(),
                        List.of(SubgraphBuilder.Result.of(x.type(), Shape.of(sizes))),
                        List.of(x.plain(graph), vector(graph, begins), vector(graph, ends), graph.ints(strides)))
                .getFirst();
        return Call.plain(sliced);
    }

    private static Value element(Call call, int input, int index) {
        Emitter graph = call.graph();
        dev.lithe.importers.internal.build.Numbers known = call.input(input).numbers();
        if (known != null && known.longs()[index] != dev.lithe.importers.internal.build.Numbers.UNKNOWN) {
            return graph.ints(OnnxNode.clamp(known.longs()[index]));
        }
        Value all = graph.cast(call.plain(input), TensorType.INT32);
        return graph.emit(BuiltinOperator.GATHER, new GatherOptions(0, 0), TensorType.INT32, all, graph.ints(index));
    }

    private static Value vector(Emitter graph, Value... parts) {
        return parts.length == 1
                ? parts[0]
                : graph.emit(
                        BuiltinOperator.CONCATENATION,
                        new ConcatenationOptions(0, ActivationFunctionType.NONE),
                        TensorType.INT32,
                        parts);
    }

    // ---- Pad

    private static List<Laid> pad(Call call) {
        Laid x = call.input(0);
        int[] given = call.has(1)
                ? call.ints(1, "pads")
                : call.node().ints("pads", call.node().ints("paddings", new int[0]));
        int[] axes = call.has(3) ? call.ints(3, "axes") : Orders.identity(x.rank());
        if (given.length != 2 * axes.length) {
            throw new NotLowerable("it has " + given.length + " pads for " + axes.length + " dimensions");
        }
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            int axis = Call.axis(axes[i], x.rank());
            before[axis] = given[i];
            after[axis] = given[axes.length + i];
        }
        Laid cut = cut(call.graph(), x, before, after);
        if (Arrays.stream(before).allMatch(p -> p == 0) && Arrays.stream(after).allMatch(p -> p == 0)) {
            return List.of(cut);
        }
        return Call.one(
                switch (call.node().text("mode", "constant")) {
                    case "constant" -> constant(call, cut, before, after);
                    case "reflect" -> reflect(call.graph(), cut, before, after);
                    case "edge" -> picked(call.graph(), cut, before, after, (i, size) -> Math.clamp(i, 0, size - 1));
                    case "wrap" -> picked(call.graph(), cut, before, after, Math::floorMod);
                    default -> throw new NotLowerable("its mode " + call.node().text("mode", "") + " is not known");
                });
    }

    /// Negative pads cut off; what is left in `before` and `after` is not negative.
    private static Laid cut(Emitter graph, Laid x, int[] before, int[] after) {
        SlicePlan plan = new SlicePlan(x.rank());
        for (int d = 0; d < before.length; d++) {
            if (before[d] < 0 || after[d] < 0) {
                int size = x.shape().dimension(d);
                int end = after[d] < 0 ? after[d] : Integer.MAX_VALUE;
                plan.set(d, Math.max(0, -before[d]), end, 1, size);
                before[d] = Math.max(0, before[d]);
                after[d] = Math.max(0, after[d]);
            }
        }
        return plan.emit(graph, x);
    }

    private static Laid constant(Call call, Laid x, int[] before, int[] after) {
        Emitter graph = call.graph();
        Value.Known paddings = paddings(graph, before, after, x.order());
        Value value;
        if (call.has(2)) {
            value = graph.reshape(call.plain(2), Shape.SCALAR);
        } else {
            value = graph.scalar(
                    x.type(), x.type() == TensorType.FLOAT32 ? call.node().real("value", 0) : 0);
        }
        boolean zero = value instanceof Value.Known known && known.tensor().elementAsDouble(0) == 0;
        Value padded = zero
                ? graph.emit(BuiltinOperator.PAD, new PadOptions(), x.type(), x.tensor(graph), paddings)
                : graph.emit(BuiltinOperator.PADV2, new PadV2Options(), x.type(), x.tensor(graph), paddings, value);
        return Laid.of(padded, x.order(), x.isImage());
    }

    static Value.Known paddings(Emitter graph, int[] before, int[] after, int[] order) {
        int[] pairs = new int[2 * order.length];
        for (int p = 0; p < order.length; p++) {
            pairs[2 * p] = before[order[p]];
            pairs[2 * p + 1] = after[order[p]];
        }
        return graph.ints(Shape.of(order.length, 2), pairs);
    }

    private static Laid reflect(Emitter graph, Laid x, int[] before, int[] after) {
        boolean fits = true;
        for (int d = 0; d < before.length; d++) {
            int size = x.shape().dimension(d);
            fits &= Math.max(before[d], after[d]) < size || (before[d] == 0 && after[d] == 0);
        }
        if (!fits) {
            return picked(graph, x, before, after, Slicing::mirrored);
        }
        Value padded = graph.emit(
                BuiltinOperator.MIRROR_PAD,
                new MirrorPadOptions(MirrorPadMode.REFLECT),
                x.type(),
                x.tensor(graph),
                paddings(graph, before, after, x.order()));
        return Laid.of(padded, x.order(), x.isImage());
    }

    private static int mirrored(int index, int size) {
        int period = Math.max(1, 2 * (size - 1));
        int place = Math.floorMod(index, period);
        return place < size ? place : period - place;
    }

    @FunctionalInterface
    private interface Place {
        int of(int index, int size);
    }

    /// Each padded dimension is gathered from the places that `place` gives.
    private static Laid picked(Emitter graph, Laid x, int[] before, int[] after, Place place) {
        Value result = x.tensor(graph);
        int[] order = x.order();
        for (int p = 0; p < order.length; p++) {
            int d = order[p];
            int size = x.shape().dimension(d);
            if (before[d] == 0 && after[d] == 0) {
                continue;
            }
            if (size < 1) {
                throw new NotLowerable("it pads a dimension of unknown size; give the inputs fixed shapes");
            }
            int start = before[d];
            IntUnaryOperator index = i -> place.of(i - start, size);
            result = pick(graph, result, p, size + before[d] + after[d], index);
        }
        return Laid.of(result, order, x.isImage());
    }

    /// `count` slices along place `p` of `x`.
    static Value pick(Emitter graph, Value x, int p, int count, IntUnaryOperator index) {
        int[] indices = new int[count];
        Arrays.setAll(indices, index);
        return graph.emit(BuiltinOperator.GATHER, new GatherOptions(p, 0), Emitter.typeOf(x), x, graph.ints(indices));
    }
}
