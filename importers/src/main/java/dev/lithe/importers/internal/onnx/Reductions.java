package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ArgMaxOptions;
import dev.lithe.schema.ArgMinOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CumsumOptions;
import dev.lithe.schema.OneHotOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TopKV2Options;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reductions, softmax and what else works along axes, with the axes found where they lie.
final class Reductions {
    private Reductions() {}

    static Map<String, Rule> rules() {
        UnaryOperator<Value> same = x -> x;
        return Map.ofEntries(
                entry("ReduceSum", c -> reduce(c, BuiltinOperator.SUM, same, same)),
                entry("ReduceMean", c -> reduce(c, BuiltinOperator.MEAN, same, same)),
                entry("ReduceProd", c -> reduce(c, BuiltinOperator.REDUCE_PROD, same, same)),
                entry("ReduceMax", c -> extreme(c, BuiltinOperator.REDUCE_MAX, BuiltinOperator.REDUCE_ANY)),
                entry("ReduceMin", c -> extreme(c, BuiltinOperator.REDUCE_MIN, BuiltinOperator.REDUCE_ALL)),
                entry("ReduceL1", c -> reduce(c, BuiltinOperator.SUM, unary(c, BuiltinOperator.ABS), same)),
                entry("ReduceL2", c -> reduce(c, BuiltinOperator.SUM, square(c), unary(c, BuiltinOperator.SQRT))),
                entry("ReduceSumSquare", c -> reduce(c, BuiltinOperator.SUM, square(c), same)),
                entry("ReduceLogSum", c -> reduce(c, BuiltinOperator.SUM, same, unary(c, BuiltinOperator.LOG))),
                entry("ReduceLogSumExp", Reductions::logSumExp),
                entry("Softmax", c -> softmax(c, BuiltinOperator.SOFTMAX, new SoftmaxOptions(1))),
                entry("LogSoftmax", c -> softmax(c, BuiltinOperator.LOG_SOFTMAX, null)),
                entry("Hardmax", Reductions::hardmax),
                entry("ArgMax", c -> arg(c, true)),
                entry("ArgMin", c -> arg(c, false)),
                entry("TopK", Reductions::topK),
                entry("CumSum", Reductions::cumSum));
    }

    private static UnaryOperator<Value> unary(Call call, BuiltinOperator code) {
        return x -> call.graph().unary(code, x);
    }

    private static UnaryOperator<Value> square(Call call) {
        return x -> call.graph().mul(x, x);
    }

    // ---- reductions

    /// The axes of `call`, or null where nothing is to be reduced.
    private static int @Nullable [] axes(Call call) {
        int[] given = Reshapes.axes(call, 1);
        int rank = call.rank(0);
        if (given == null || given.length == 0) {
            return call.node().flag("noop_with_empty_axes", false) ? null : Orders.identity(rank);
        }
        return Arrays.stream(given).map(a -> Call.axis(a, rank)).distinct().toArray();
    }

    private static List<Laid> reduce(
            Call call, BuiltinOperator code, UnaryOperator<Value> before, UnaryOperator<Value> after) {
        int[] axes = axes(call);
        Laid x = call.input(0);
        if (axes == null) {
            return Elementwise.map(call, v -> after.apply(before.apply(v)));
        }
        Laid prepared = Elementwise.map(call.graph(), x, before);
        Laid reduced = reduce(call.graph(), code, prepared, call.node().flag("keepdims", true), axes);
        return Call.one(Elementwise.map(call.graph(), reduced, after));
    }

    private static List<Laid> extreme(Call call, BuiltinOperator numbers, BuiltinOperator logic) {
        boolean bool = call.type(0) == TensorType.BOOL;
        return reduce(call, bool ? logic : numbers, x -> x, x -> x);
    }

    static Laid reduce(Emitter graph, BuiltinOperator code, Laid x, boolean keep, int... axes) {
        if (axes.length == 0) {
            return x;
        }
        int[] order = x.order();
        int[] places = Orders.inverse(order);
        int[] physical = Arrays.stream(axes).map(a -> places[a]).sorted().toArray();
        TensorType work = graph.workType(code, 0, x.type());
        Value tensor = graph.cast(x.tensor(graph), work);
        Value result = graph.emit(code, new ReducerOptions(keep), work, tensor, graph.ints(physical));
        boolean extreme = code == BuiltinOperator.REDUCE_MAX || code == BuiltinOperator.REDUCE_MIN;
        if (extreme
                && work == TensorType.FLOAT32
                && x.shape().isKnown()
                && x.shape().elementCount() == 0) {
            // LiteRT's extreme of nothing is the largest finite number.
            double value = code == BuiltinOperator.REDUCE_MAX ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            float[] values = new float[Emitter.shapeOf(result).flatSize()];
            Arrays.fill(values, (float) value);
            result = graph.floats(Emitter.shapeOf(result), values);
        }
        Value reduced = graph.cast(result, x.type());
        int[] left =
                keep ? order : Orders.without(order, Arrays.stream(axes).boxed().toList());
        return Laid.of(reduced, left, keep && x.isImage());
    }

    /// max + log(sum(exp(x - max))), which does not overflow.
    private static List<Laid> logSumExp(Call call) {
        Emitter graph = call.graph();
        int[] axes = axes(call);
        if (axes == null) {
            return List.of(call.input(0));
        }
        Laid x = call.input(0);
        Laid max = reduce(graph, BuiltinOperator.REDUCE_MAX, x, true, axes);
        Laid shifted = Elementwise.binary(graph, x, max, graph::sub);
        Laid exp = Elementwise.map(graph, shifted, v -> graph.unary(BuiltinOperator.EXP, v));
        Laid sum = reduce(graph, BuiltinOperator.SUM, exp, true, axes);
        Laid log = Elementwise.map(graph, sum, v -> graph.unary(BuiltinOperator.LOG, v));
        Laid result = Elementwise.binary(graph, log, max, graph::add);
        if (call.node().flag("keepdims", true)) {
            return List.of(result);
        }
        int[] kept = IntStream.range(0, x.rank())
                .filter(d -> Arrays.stream(axes).noneMatch(a -> a == d))
                .map(d -> result.shape().dimension(d))
                .toArray();
        return Call.one(Reshapes.to(graph, result, Shape.of(kept)));
    }

    // ---- softmax

    /// The axis along which one softmax goes, or -1 where it goes over several dimensions: up to opset 12 it
    /// goes over all dimensions from the axis on.
    private static int softmaxAxis(Call call) {
        int rank = call.rank(0);
        if (call.node().opset() >= 13) {
            return Call.axis(call.node().integer("axis", -1), rank);
        }
        int axis = Call.axis(call.node().integer("axis", 1), rank);
        int[] large = IntStream.range(axis, rank)
                .filter(d -> call.shape(0).dimension(d) != 1)
                .toArray();
        return large.length > 1 ? -1 : large.length == 1 ? large[0] : rank - 1;
    }

    private static List<Laid> softmax(Call call, BuiltinOperator code, @Nullable OperatorOptions options) {
        return Call.one(overAxis(call, (graph, x) -> graph.emit(code, options, TensorType.FLOAT32, x)));
    }

    @FunctionalInterface
    private interface Innermost {
        Value apply(Emitter graph, Value x);
    }

    /// `function` along the innermost dimension, which the softmax axis is brought to.
    private static Laid overAxis(Call call, Innermost function) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        if (x.rank() == 0) {
            return Laid.plain(
                    graph.reshape(function.apply(graph, graph.reshape(x.plain(graph), Shape.of(1))), Shape.SCALAR));
        }
        int axis = softmaxAxis(call);
        if (axis >= 0) {
            int[] order = Orders.innermost(x.order(), axis);
            Value tensor = x.as(graph, order);
            return Laid.of(function.apply(graph, tensor), order, x.isImage() && Arrays.equals(order, x.order()));
        }
        int from = Call.axis(call.node().integer("axis", 1), x.rank());
        int inner = x.shape().flatSize(from, x.rank());
        Value flat = graph.reshape(x.plain(graph), Shape.of(-1, inner));
        return Laid.plain(graph.reshape(function.apply(graph, flat), x.shape()));
    }

    private static List<Laid> hardmax(Call call) {
        return Call.one(overAxis(call, (graph, x) -> {
            int depth = Emitter.shapeOf(x).dimension(-1);
            Value place = graph.emit(
                    BuiltinOperator.ARG_MAX, new ArgMaxOptions(TensorType.INT32), TensorType.INT32, x, graph.ints(-1));
            return graph.emit(
                    BuiltinOperator.ONE_HOT,
                    new OneHotOptions(-1),
                    TensorType.FLOAT32,
                    place,
                    graph.scalar(TensorType.INT32, depth),
                    graph.scalar(TensorType.FLOAT32, 1),
                    graph.scalar(TensorType.FLOAT32, 0));
        }));
    }

    // ---- places

    private static List<Laid> arg(Call call, boolean max) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", 0), x.rank());
        int[] order = x.order();
        int place = Orders.inverse(order)[axis];
        BuiltinOperator code = max ? BuiltinOperator.ARG_MAX : BuiltinOperator.ARG_MIN;
        Value tensor = graph.cast(x.tensor(graph), graph.workType(code, 0, x.type()));
        boolean last = call.node().flag("select_last_index", false);
        Value searched = last ? Movements.reverse(graph, tensor, place) : tensor;
        OperatorOptions options = max ? new ArgMaxOptions(TensorType.INT64) : new ArgMinOptions(TensorType.INT64);
        Value found = graph.emit(code, options, TensorType.INT64, searched, graph.ints(place));
        if (last) {
            int size = x.shape().dimension(axis);
            if (size < 0) {
                throw new NotLowerable("it counts from the end of a dimension of unknown size");
            }
            found = graph.sub(graph.scalar(TensorType.INT64, size - 1.0), found);
        }
        Laid result = Laid.of(found, Orders.without(order, List.of(axis)), false);
        return Call.one(call.node().flag("keepdims", true) ? Reshapes.unsqueeze(graph, result, axis) : result);
    }

    private static List<Laid> topK(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", -1), x.rank());
        int k = call.has(1) ? call.integer(1, "k") : (int) call.node().integer("k", 1);
        boolean largest = call.node().flag("largest", true);
        int[] order = Orders.innermost(x.order(), axis);
        TensorType work = graph.workType(BuiltinOperator.TOPK_V2, 0, x.type());
        Value tensor = graph.cast(x.as(graph, order), work);
        Value searched = largest ? tensor : graph.unary(BuiltinOperator.NEG, tensor);
        List<dev.lithe.importers.internal.build.Value.Dynamic> found = graph.builder()
                .emitAll(
                        BuiltinOperator.TOPK_V2,
                        new TopKV2Options(),
                        graph.name(),
                        List.of(work, TensorType.INT32),
                        List.of(searched, graph.scalar(TensorType.INT32, k)));
        Value values = largest ? found.get(0) : graph.unary(BuiltinOperator.NEG, found.get(0));
        Laid first = Laid.of(graph.cast(values, x.type()), order, false);
        if (!call.node().wants(1)) {
            return List.of(first);
        }
        return List.of(first, Laid.of(graph.cast(found.get(1), TensorType.INT64), order, false));
    }

    private static List<Laid> cumSum(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.integer(1, "axis"), x.rank());
        int place = Orders.inverse(x.order())[axis];
        CumsumOptions options = new CumsumOptions(
                call.node().flag("exclusive", false), call.node().flag("reverse", false));
        TensorType work = graph.workType(BuiltinOperator.CUMSUM, 0, x.type());
        Value sums = graph.emit(
                BuiltinOperator.CUMSUM,
                options,
                work,
                graph.cast(x.tensor(graph), work),
                graph.scalar(TensorType.INT32, place));
        return Call.one(Laid.of(graph.cast(sums, x.type()), x.order(), x.isImage()));
    }
}
