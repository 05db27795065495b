package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.OneHotOptions;
import dev.lithe.schema.ReverseSequenceOptions;
import dev.lithe.schema.ShapeOptions;
import dev.lithe.schema.SparseToDenseOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.UniqueOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Operators that pick elements by index, or put them there.
final class IndexingRules {
    private IndexingRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Gather", IndexingRules::gatherRows),
                entry("GatherV2", IndexingRules::gatherV2),
                entry("GatherNd", IndexingRules::gatherNd),
                entry("ScatterNd", IndexingRules::scatterNd),
                entry("TensorScatterAdd", call -> scatterInto(call, BuiltinOperator.ADD)),
                entry("TensorScatterSub", call -> scatterInto(call, BuiltinOperator.SUB)),
                entry("TensorScatterUpdate", call -> scatterInto(call, null)),
                entry("OneHot", IndexingRules::oneHot),
                entry("Where", IndexingRules::where),
                entry("Select", call -> select(call, BuiltinOperator.SELECT)),
                entry("SelectV2", call -> select(call, BuiltinOperator.SELECT_V2)),
                entry("ReverseV2", IndexingRules::reverse),
                entry("ReverseSequence", IndexingRules::reverseSequence),
                entry("SparseToDense", IndexingRules::sparseToDense),
                entry("TopK", IndexingRules::topK),
                entry("TopKV2", IndexingRules::topK),
                entry("Unique", IndexingRules::unique),
                entry("InvertPermutation", IndexingRules::invertPermutation));
    }

    static List<Value> gatherRows(Call call) {
        return gather(call, 0);
    }

    private static List<Value> gatherV2(Call call) {
        int axis = call.inputs().size() > 2 ? call.integer(2, "axis") : 0;
        return gather(call, axis);
    }

    private static List<Value> gather(Call call, int axis) {
        int batch = (int) call.attributes().integer("batch_dims", 0);
        Shape indices = call.shapeOrNull(1);
        if (batch < 0 && indices == null) {
            throw new NotLowerable("its batch dimensions count from the end of indices of unknown rank");
        }
        int from = batch < 0 && indices != null ? batch + indices.rank() : batch;
        Shape x = call.shapeOrNull(0);
        int at = axis < 0 && x != null ? axis + x.rank() : axis;
        if (at < from) {
            throw new NotLowerable("its axis " + axis + " lies within its " + from + " batch dimensions");
        }
        return call.emit(BuiltinOperator.GATHER, new GatherOptions(at, from), call.input(0), indices(call, 1));
    }

    /// Indices as INT32 or INT64.
    private static Value indices(Call call, int index) {
        return switch (call.type(index)) {
            case INT32, INT64 -> call.input(index);
            default -> call.cast(call.input(index), TensorType.INT32);
        };
    }

    static List<Value> gatherNd(Call call) {
        return call.emit(BuiltinOperator.GATHER_ND, null, call.input(0), indices(call, 1));
    }

    private static List<Value> scatterNd(Call call) {
        return List.of(scatter(call, call.input(0), call.input(1), call.int32(2)));
    }

    private static Value scatter(Call call, Value indices, Value updates, Value shape) {
        TensorType type = SubgraphBuilder.typeOf(updates);
        if (type == null) {
            throw new NotLowerable("what it scatters is no tensor");
        }
        TensorType computed = switch (type) {
            case FLOAT16, BFLOAT16 -> TensorType.FLOAT32;
            case INT16, UINT16 -> TensorType.INT32;
            case UINT32 -> TensorType.INT64;
            default -> type;
        };
        Value given = call.cast(updates, computed);
        Value scattered = call.emitAs(
                BuiltinOperator.SCATTER_ND, null, computed, call.cast(indices, TensorType.INT32), given, shape);
        return call.cast(scattered, type);
    }

    /// `x` with `updates` at `indices`: what SCATTER_ND gives for the updates, added to `x`, in which an
    /// update that replaces clears the place first. Truth values are computed as integers.
    private static List<Value> scatterInto(Call call, @Nullable BuiltinOperator operation) {
        TensorType type = call.type(0);
        TensorType computed = type == TensorType.BOOL ? TensorType.INT32 : type;
        Shape shape = call.shape(0);
        if (!shape.isKnown()) {
            throw new NotLowerable("its input has the shape " + shape + "; give the inputs fixed shapes");
        }
        Value.Known sizes = call.ints(shape.toArray());
        Value x = call.cast(call.input(0), computed);
        Value updates = call.cast(spread(call), computed);
        Arithmetic f = Arithmetic.of(call);
        Value scattered = scatter(call, call.input(1), updates, sizes);
        if (operation != null) {
            return List.of(f.emit(operation, x, scattered));
        }
        Value hits = scatter(call, call.input(1), ones(call, updates), sizes);
        Value hit = f.test(BuiltinOperator.GREATER, hits, call.scalar(TensorType.INT32, 0));
        return List.of(call.cast(call.emitAs(BuiltinOperator.SELECT_V2, null, computed, hit, scattered, x), type));
    }

    /// The updates, one number repeated for all indices.
    private static Value spread(Call call) {
        Shape updates = call.shape(2);
        Shape indices = call.shape(1);
        Shape x = call.shape(0);
        int depth = indices.rank() == 0 ? Shape.UNKNOWN : indices.dimension(-1);
        if (!indices.isKnown() || depth > x.rank()) {
            return call.input(2);
        }
        int[] sizes = new int[indices.rank() - 1 + x.rank() - depth];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = i < indices.rank() - 1 ? indices.dimension(i) : x.dimension(depth + i - indices.rank() + 1);
        }
        Shape wanted = Shape.of(sizes);
        return updates.equals(wanted)
                ? call.input(2)
                : call.emitAs(BuiltinOperator.BROADCAST_TO, null, call.type(2), call.input(2), call.ints(sizes));
    }

    /// As many INT32 ones as `like` has elements, in its shape.
    private static Value ones(Call call, Value like) {
        Shape shape = SubgraphBuilder.shapeOf(like);
        if (shape != null && shape.isKnown()) {
            return Value.Known.of(call.name(), Scalars.filled(TensorType.INT32, shape, 1));
        }
        ShapeOptions options = new ShapeOptions(TensorType.INT32);
        Value size = call.emitAs(BuiltinOperator.SHAPE, options, TensorType.INT32, like);
        return call.emitAs(BuiltinOperator.FILL, null, TensorType.INT32, size, call.scalar(TensorType.INT32, 1));
    }

    private static List<Value> oneHot(Call call) {
        int axis = (int) call.attributes().integer("axis", -1);
        TensorType type = call.type(2);
        return List.of(call.emitAs(
                BuiltinOperator.ONE_HOT,
                new OneHotOptions(axis),
                type,
                indices(call, 0),
                call.int32(1),
                call.input(2),
                call.input(3)));
    }

    private static List<Value> where(Call call) {
        return List.of(call.emitAs(BuiltinOperator.WHERE, null, TensorType.INT64, call.input(0)));
    }

    private static List<Value> select(Call call, BuiltinOperator code) {
        TensorType type = call.type(1);
        Value[] operands = {call.input(0), call.input(1), call.input(2)};
        return List.of(call.emitAs(code, null, type, operands));
    }

    private static List<Value> reverse(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() == 0) {
            return List.of(call.input(0));
        }
        if (call.isKnown(1)) {
            int[] axes = call.ints(1, "axes");
            for (int i = 0; i < axes.length; i++) {
                axes[i] = axis(axes[i], shape.rank());
            }
            if (axes.length == 0) {
                return List.of(call.input(0));
            }
            Arrays.sort(axes);
            return call.emit(BuiltinOperator.REVERSE_V2, null, call.input(0), call.ints(axes));
        }
        return call.emit(BuiltinOperator.REVERSE_V2, null, call.input(0), call.int32(1));
    }

    static int axis(int axis, int rank) {
        try {
            return ShapeValues.axis(axis, rank);
        } catch (ShapeException e) {
            throw new NotLowerable(String.valueOf(e.getMessage()));
        }
    }

    private static List<Value> reverseSequence(Call call) {
        ReverseSequenceOptions options =
                new ReverseSequenceOptions((int) call.attributes().integer("seq_dim", 0), (int)
                        call.attributes().integer("batch_dim", 0));
        return call.emit(BuiltinOperator.REVERSE_SEQUENCE, options, call.input(0), indices(call, 1));
    }

    private static List<Value> sparseToDense(Call call) {
        SparseToDenseOptions options =
                new SparseToDenseOptions(call.attributes().flag("validate_indices", true));
        return List.of(call.emitAs(
                BuiltinOperator.SPARSE_TO_DENSE,
                options,
                call.type(2),
                indices(call, 0),
                call.cast(call.input(1), indexType(call)),
                call.input(2),
                call.input(3)));
    }

    private static TensorType indexType(Call call) {
        return call.type(0) == TensorType.INT64 ? TensorType.INT64 : TensorType.INT32;
    }

    private static List<Value> topK(Call call) {
        Value k = call.node().op().equals("TopK")
                ? call.scalarInt((int) call.attributes().integer("k", 0))
                : call.int32(1);
        TensorType indices = call.typeOf("index_type", DataType.DT_INT32);
        TensorType computed = ElementwiseRules.isFloat(call.type(0)) ? TensorType.FLOAT32 : call.type(0);
        List<Value.Dynamic> results = call.graph()
                .emitAll(
                        BuiltinOperator.TOPK_V2,
                        null,
                        call.name(),
                        List.of(computed, TensorType.INT32),
                        List.of(call.cast(call.input(0), computed), k));
        return List.of(call.cast(results.get(0), call.type(0)), call.cast(results.get(1), indices));
    }

    private static List<Value> unique(Call call) {
        TensorType index = call.typeOf("out_idx", DataType.DT_INT32);
        return List.copyOf(call.graph()
                .emitAll(
                        BuiltinOperator.UNIQUE,
                        new UniqueOptions(index),
                        call.name(),
                        List.of(call.type(0), index),
                        List.of(call.input(0))));
    }

    /// Where each index stands: 0, 1, 2, … scattered to the indices.
    private static List<Value> invertPermutation(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() != 1 || !shape.isKnown()) {
            throw new NotLowerable("its permutation has the shape " + shape + ", one known dimension is needed");
        }
        int count = shape.dimension(0);
        int[] counting = new int[count];
        Arrays.setAll(counting, i -> i);
        Value column = call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.INT32, call.int32(0), call.ints(count, 1));
        return List.of(call.cast(scatter(call, column, call.ints(counting), call.ints(count)), call.type(0)));
    }
}
