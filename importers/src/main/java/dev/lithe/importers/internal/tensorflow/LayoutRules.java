package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.SplitOptions;
import dev.lithe.schema.SplitVOptions;
import dev.lithe.schema.SqueezeOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
import dev.lithe.schema.UnpackOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Operators that move values without computing on them.
final class LayoutRules {
    private LayoutRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Reshape", LayoutRules::reshape),
                entry("Squeeze", LayoutRules::squeeze),
                entry("ExpandDims", LayoutRules::expandDims),
                entry("Transpose", LayoutRules::transpose),
                entry("Pad", call -> pad(call, false)),
                entry("PadV2", call -> pad(call, true)),
                entry("Concat", call -> concat(call, 0)),
                entry("ConcatV2", call -> concat(call, call.inputs().size() - 1)),
                entry("Pack", LayoutRules::pack),
                entry("Unpack", LayoutRules::unpack),
                entry("Split", LayoutRules::split),
                entry("SplitV", LayoutRules::splitV),
                entry("Slice", LayoutRules::slice),
                entry("StridedSlice", LayoutRules::stridedSlice));
    }

    private static List<Value> reshape(Call call) {
        Numbers numbers = Numbers.of(call.input(1));
        if (numbers != null && numbers.isInteger() && unknowns(numbers) <= 1) {
            Value.Known shape = Value.Known.ints(nameOf(call.input(1), call), target(numbers));
            return call.emit(BuiltinOperator.RESHAPE, null, call.input(0), shape);
        }
        Value y = call.emit(BuiltinOperator.RESHAPE, null, call.input(0), call.int32(1))
                .getFirst();
        return List.of(ShapeRules.shaped(call, y, 1));
    }

    private static String nameOf(Value value, Call call) {
        return value instanceof Value.Known known ? known.name() : call.name();
    }

    private static long unknowns(Numbers numbers) {
        return Arrays.stream(numbers.longs())
                .filter(size -> size == Numbers.UNKNOWN || size == -1)
                .count();
    }

    /// The new shape; a single dimension that is not known becomes the -1 that takes what is left.
    private static int[] target(Numbers numbers) {
        return Arrays.stream(numbers.longs())
                .mapToInt(size -> size == Numbers.UNKNOWN
                        ? -1
                        : (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size)))
                .toArray();
    }

    private static List<Value> squeeze(Call call) {
        Shape shape = call.shapeOrNull(0);
        List<Integer> axes = new ArrayList<>();
        for (long axis : call.attributes().integers("squeeze_dims")) {
            int at = Math.toIntExact(axis);
            axes.add(shape == null ? at : IndexingRules.axis(at, shape.rank()));
        }
        Ints sorted = Ints.of(axes.stream().sorted().mapToInt(Integer::intValue).toArray());
        return call.emit(BuiltinOperator.SQUEEZE, new SqueezeOptions(sorted), call.input(0));
    }

    private static List<Value> expandDims(Call call) {
        Value axis = call.int32(1);
        if (axis instanceof Value.Known known) {
            call.integer(1, "axis");
            axis = known.withShape(known.name(), Shape.SCALAR);
        }
        return call.emit(BuiltinOperator.EXPAND_DIMS, new ExpandDimsOptions(), call.input(0), axis);
    }

    private static List<Value> transpose(Call call) {
        return call.emit(BuiltinOperator.TRANSPOSE, new TransposeOptions(), call.input(0), call.int32(1));
    }

    private static List<Value> pad(Call call, boolean value) {
        Value paddings = call.int32(1);
        if (areZeros(paddings)) {
            return List.of(call.input(0));
        }
        if (!value || isZero(call.input(2))) {
            return call.emit(BuiltinOperator.PAD, new PadOptions(), call.input(0), paddings);
        }
        return call.emit(BuiltinOperator.PADV2, new PadV2Options(), call.input(0), paddings, call.input(2));
    }

    /// Whether paddings are known to add nothing.
    static boolean areZeros(Value paddings) {
        return paddings instanceof Value.Known known
                && Arrays.stream(known.tensor().ints()).allMatch(width -> width == 0);
    }

    private static boolean isZero(Value value) {
        return value instanceof Value.Known known
                && known.type() != TensorType.STRING
                && known.shape().elementCount() == 1
                && known.tensor().elementAsDouble(0) == 0;
    }

    private static List<Value> concat(Call call, int last) {
        List<Value> parts = new ArrayList<>(call.inputs());
        parts.remove(last);
        if (parts.size() == 1) {
            return parts;
        }
        int axis = call.integer(last, "axis");
        Shape shape = SubgraphBuilder.shapeOf(parts.getFirst());
        int from = shape == null ? axis : IndexingRules.axis(axis, shape.rank());
        TensorType type = SubgraphBuilder.typeOf(parts.getFirst());
        if (type == null) {
            throw new NotLowerable("what it joins is no tensor");
        }
        return List.of(call.emitAs(
                BuiltinOperator.CONCATENATION,
                new ConcatenationOptions(from, ActivationFunctionType.NONE),
                type,
                parts.toArray(Value[]::new)));
    }

    private static List<Value> pack(Call call) {
        int count = call.inputs().size();
        int axis = (int) call.attributes().integer("axis", 0);
        Shape shape = call.shapeOrNull(0);
        int from = shape == null ? axis : IndexingRules.axis(axis, shape.rank() + 1);
        return call.emit(
                BuiltinOperator.PACK,
                new PackOptions(count, from),
                call.inputs().toArray(Value[]::new));
    }

    private static List<Value> unpack(Call call) {
        int count = Math.toIntExact(call.attributes().integer("num", 0));
        int axis = (int) call.attributes().integer("axis", 0);
        Shape shape = call.shapeOrNull(0);
        int from = shape == null ? axis : IndexingRules.axis(axis, shape.rank());
        return all(call, BuiltinOperator.UNPACK, new UnpackOptions(count, from), count, List.of(call.input(0)));
    }

    private static List<Value> all(
            Call call, BuiltinOperator code, OperatorOptions options, int count, List<Value> operands) {
        if (count == 0) {
            return List.of();
        }
        TensorType type = SubgraphBuilder.typeOf(operands.get(code == BuiltinOperator.SPLIT ? 1 : 0));
        if (type == null) {
            throw new NotLowerable("what it splits is no tensor");
        }
        return List.copyOf(
                call.graph().emitAll(code, options, call.name(), Collections.nCopies(count, type), operands));
    }

    private static List<Value> split(Call call) {
        int count = Math.toIntExact(call.attributes().integer("num_split", 1));
        if (count == 1) {
            return List.of(call.input(1));
        }
        Value axis = scalar(call, 0);
        return all(call, BuiltinOperator.SPLIT, new SplitOptions(count), count, List.of(axis, call.input(1)));
    }

    private static List<Value> splitV(Call call) {
        int count = Math.toIntExact(call.attributes().integer("num_split", 1));
        if (count == 1) {
            return List.of(call.input(0));
        }
        List<Value> operands = List.of(call.input(0), call.int32(1), scalar(call, 2));
        return all(call, BuiltinOperator.SPLIT_V, new SplitVOptions(count), count, operands);
    }

    private static Value scalar(Call call, int index) {
        Value axis = call.int32(index);
        return axis instanceof Value.Known known && known.shape().elementCount() == 1
                ? known.withShape(known.name(), Shape.SCALAR)
                : axis;
    }

    private static List<Value> slice(Call call) {
        return call.emit(BuiltinOperator.SLICE, new SliceOptions(), call.input(0), call.int32(1), call.int32(2));
    }

    private static List<Value> stridedSlice(Call call) {
        StridedSliceOptions options = new StridedSliceOptions(
                mask(call, "begin_mask"),
                mask(call, "end_mask"),
                mask(call, "ellipsis_mask"),
                mask(call, "new_axis_mask"),
                mask(call, "shrink_axis_mask"),
                false);
        return call.emit(
                BuiltinOperator.STRIDED_SLICE, options, call.input(0), call.int32(1), call.int32(2), call.int32(3));
    }

    private static int mask(Call call, String name) {
        return Math.toIntExact(call.attributes().integer(name, 0));
    }
}
