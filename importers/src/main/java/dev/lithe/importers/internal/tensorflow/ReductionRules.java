package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.ArgMaxOptions;
import dev.lithe.schema.ArgMinOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CumsumOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reductions, running sums, and sums over segments.
final class ReductionRules {
    private static final Set<TensorType> SUMMED = Set.of(TensorType.FLOAT32, TensorType.INT32, TensorType.INT64);

    private ReductionRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Mean", call -> reduce(call, BuiltinOperator.MEAN)),
                entry("Sum", call -> reduce(call, BuiltinOperator.SUM)),
                entry("Max", call -> extreme(call, BuiltinOperator.REDUCE_MAX, Double.NEGATIVE_INFINITY)),
                entry("Min", call -> extreme(call, BuiltinOperator.REDUCE_MIN, Double.POSITIVE_INFINITY)),
                entry("Prod", call -> reduce(call, BuiltinOperator.REDUCE_PROD)),
                entry("Any", call -> reduce(call, BuiltinOperator.REDUCE_ANY)),
                entry("All", call -> reduce(call, BuiltinOperator.REDUCE_ALL)),
                entry("EuclideanNorm", ReductionRules::norm),
                entry("ArgMax", ReductionRules::argMax),
                entry("ArgMin", ReductionRules::argMin),
                entry("Cumsum", ReductionRules::cumsum),
                entry("SegmentSum", call -> segments(call, BuiltinOperator.SEGMENT_SUM)),
                entry("UnsortedSegmentSum", call -> segments(call, BuiltinOperator.UNSORTED_SEGMENT_SUM)),
                entry("UnsortedSegmentProd", call -> segments(call, BuiltinOperator.UNSORTED_SEGMENT_PROD)),
                entry("UnsortedSegmentMax", call -> segments(call, BuiltinOperator.UNSORTED_SEGMENT_MAX)),
                entry("UnsortedSegmentMin", call -> segments(call, BuiltinOperator.UNSORTED_SEGMENT_MIN)));
    }

    private static List<Value> reduce(Call call, BuiltinOperator code) {
        return List.of(reduce(call, code, call.input(0)));
    }

    /// The kernels give the largest number that there is instead of infinity for the smallest of nothing.
    private static List<Value> extreme(Call call, BuiltinOperator code, double ofNothing) {
        Value y = reduce(call, code, call.input(0));
        Shape x = call.shapeOrNull(0);
        Shape shape = SubgraphBuilder.shapeOf(y);
        boolean nothing = x != null && x.isKnown() && x.elementCount() == 0;
        if (!nothing || shape == null || !shape.isKnown() || !ElementwiseRules.isFloat(call.type(0))) {
            return List.of(y);
        }
        Value constant = call.scalar(call.type(0), ofNothing);
        int[] sizes = shape.toArray();
        return List.of(
                sizes.length == 0
                        ? constant
                        : call.emitAs(BuiltinOperator.FILL, null, call.type(0), call.ints(sizes), constant));
    }

    /// Sums of small integers go through INT32: the kernels take those types for quantized numbers.
    private static Value reduce(Call call, BuiltinOperator code, Value x) {
        ReducerOptions options = new ReducerOptions(call.attributes().flag("keep_dims", false));
        TensorType type = call.type(0);
        TensorType computed = type;
        if (type == TensorType.FLOAT16 || type == TensorType.BFLOAT16) {
            computed = TensorType.FLOAT32;
        } else if (Arithmetic.isSmall(type)) {
            computed = TensorType.INT32;
        } else if (type == TensorType.UINT32) {
            computed = TensorType.INT64;
        }
        return call.cast(call.emitAs(code, options, computed, call.cast(x, computed), axes(call)), type);
    }

    /// A single axis may stand there as a scalar, which the kernels take as well.
    private static Value axes(Call call) {
        return call.int32(1);
    }

    private static List<Value> norm(Call call) {
        Arithmetic f = Arithmetic.of(call);
        Value squares = f.mul(call.input(0), call.input(0));
        return List.of(f.emit(BuiltinOperator.SQRT, reduce(call, BuiltinOperator.SUM, squares)));
    }

    private static List<Value> argMax(Call call) {
        TensorType type = call.typeOf("output_type", DataType.DT_INT64);
        return List.of(call.emitAs(
                BuiltinOperator.ARG_MAX, new ArgMaxOptions(index(type)), index(type), ranked(call), call.int32(1)));
    }

    private static List<Value> argMin(Call call) {
        TensorType type = call.typeOf("output_type", DataType.DT_INT64);
        return List.of(call.emitAs(
                BuiltinOperator.ARG_MIN, new ArgMinOptions(index(type)), index(type), ranked(call), call.int32(1)));
    }

    private static TensorType index(TensorType wanted) {
        return wanted == TensorType.INT32 ? TensorType.INT32 : TensorType.INT64;
    }

    private static Value ranked(Call call) {
        TensorType type = call.type(0);
        return switch (type) {
            case FLOAT16, BFLOAT16 -> call.cast(call.input(0), TensorType.FLOAT32);
            case INT16, UINT16 -> call.cast(call.input(0), TensorType.INT32);
            default -> call.input(0);
        };
    }

    private static List<Value> cumsum(Call call) {
        CumsumOptions options = new CumsumOptions(
                call.attributes().flag("exclusive", false), call.attributes().flag("reverse", false));
        TensorType type = call.type(0);
        TensorType computed = SUMMED.contains(type)
                ? type
                : ElementwiseRules.isFloat(type)
                        ? TensorType.FLOAT32
                        : Arithmetic.isSmall(type) ? TensorType.INT32 : type;
        Value sum = call.emitAs(
                BuiltinOperator.CUMSUM, options, computed, call.cast(call.input(0), computed), scalar(call, 1));
        return List.of(call.cast(sum, type));
    }

    /// A known axis as a scalar, whichever way it was written.
    private static Value scalar(Call call, int index) {
        return call.int32(index) instanceof Value.Known known && known.shape().elementCount() == 1
                ? known.withShape(known.name(), Shape.SCALAR)
                : call.int32(index);
    }

    private static List<Value> segments(Call call, BuiltinOperator code) {
        TensorType type = call.type(0);
        TensorType computed = ElementwiseRules.isFloat(type) ? TensorType.FLOAT32 : TensorType.INT32;
        boolean exact = ElementwiseRules.isFloat(type) || Arithmetic.isSmall(type) || type == TensorType.INT32;
        Value x = exact ? call.cast(call.input(0), computed) : call.input(0);
        Value result = code == BuiltinOperator.SEGMENT_SUM
                ? call.emitAs(code, null, computed, x, call.int32(1))
                : call.emitAs(code, null, computed, x, call.int32(1), call.int32(2));
        return List.of(exact ? call.cast(result, type) : result);
    }
}
