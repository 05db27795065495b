package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.SqueezeOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TransposeOptions;
import java.util.ArrayList;
import java.util.Arrays;
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
                entry("ConcatV2", LayoutRules::concat),
                entry("Pack", LayoutRules::pack),
                entry("Slice", LayoutRules::slice),
                entry("StridedSlice", LayoutRules::stridedSlice));
    }

    private static List<Value> reshape(Call call) {
        Value.Known shape = Value.Known.ints(nameOf(call.input(1), call), target(call));
        return call.emit(BuiltinOperator.RESHAPE, null, call.input(0), shape);
    }

    private static String nameOf(Value value, Call call) {
        return value instanceof Value.Known known ? known.name() : call.name();
    }

    /// The new shape; a single dimension that is not known becomes the -1 that takes what is left.
    private static int[] target(Call call) {
        Numbers numbers = Numbers.of(call.input(1));
        if (numbers == null || !numbers.isInteger()) {
            throw new NotLowerable("its shape is only known at run time");
        }
        long[] sizes = numbers.longs();
        int open = 0;
        int[] target = new int[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            boolean unknown = sizes[i] == Numbers.UNKNOWN || sizes[i] == -1;
            open += unknown ? 1 : 0;
            target[i] = unknown ? -1 : (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, sizes[i]));
        }
        if (open > 1) {
            throw new NotLowerable("more than one dimension of its new shape is unknown; give the inputs fixed shapes");
        }
        return target;
    }

    private static List<Value> squeeze(Call call) {
        int rank = call.shape(0).rank();
        List<Integer> axes = new ArrayList<>();
        for (long axis : call.attributes().integers("squeeze_dims")) {
            axes.add(axis(Math.toIntExact(axis), rank));
        }
        Ints sorted = Ints.of(axes.stream().sorted().mapToInt(Integer::intValue).toArray());
        return call.emit(BuiltinOperator.SQUEEZE, new SqueezeOptions(sorted), call.input(0));
    }

    private static List<Value> expandDims(Call call) {
        int axis = call.integer(1, "axis");
        Value.Known where = Value.Known.ints(nameOf(call.input(1), call), axis);
        return call.emit(
                BuiltinOperator.EXPAND_DIMS,
                new ExpandDimsOptions(),
                call.input(0),
                where.withShape(where.name(), Shape.SCALAR));
    }

    private static List<Value> transpose(Call call) {
        Value.Known permutation = Value.Known.ints(nameOf(call.input(1), call), call.ints(1, "permutation"));
        return call.emit(BuiltinOperator.TRANSPOSE, new TransposeOptions(), call.input(0), permutation);
    }

    private static List<Value> pad(Call call, boolean value) {
        Value.Known given = call.known(1, "padding");
        Value.Known paddings =
                Value.Known.ints(given.name(), call.ints(1, "padding")).withShape(given.name(), given.shape());
        if (!value || isZero(call.input(2))) {
            return call.emit(BuiltinOperator.PAD, new PadOptions(), call.input(0), paddings);
        }
        return call.emit(BuiltinOperator.PADV2, new PadV2Options(), call.input(0), paddings, call.input(2));
    }

    private static boolean isZero(Value value) {
        return value instanceof Value.Known known
                && known.shape().elementCount() == 1
                && known.tensor().elementAsDouble(0) == 0;
    }

    private static List<Value> concat(Call call) {
        int last = call.inputs().size() - 1;
        int axis = axis(call.integer(last, "axis"), call.shape(0).rank());
        List<Value> parts = call.inputs().subList(0, last);
        if (parts.size() == 1) {
            return parts;
        }
        return call.emit(
                BuiltinOperator.CONCATENATION,
                new ConcatenationOptions(axis, ActivationFunctionType.NONE),
                parts.toArray(Value[]::new));
    }

    private static List<Value> pack(Call call) {
        int count = call.inputs().size();
        int axis =
                axis((int) call.attributes().integer("axis", 0), call.shape(0).rank() + 1);
        return call.emit(
                BuiltinOperator.PACK,
                new PackOptions(count, axis),
                call.inputs().toArray(Value[]::new));
    }

    private static List<Value> slice(Call call) {
        return call.emit(
                BuiltinOperator.SLICE,
                new SliceOptions(),
                call.input(0),
                narrow(call, 1, "begin"),
                narrow(call, 2, "size"));
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
                BuiltinOperator.STRIDED_SLICE,
                options,
                call.input(0),
                narrow(call, 1, "begin"),
                narrow(call, 2, "end"),
                narrow(call, 3, "strides"));
    }

    private static int mask(Call call, String name) {
        return Math.toIntExact(call.attributes().integer(name, 0));
    }

    /// A known vector of integers as INT32. Ends beyond what an INT32 holds are as good as the
    /// largest that it holds.
    private static Value.Known narrow(Call call, int index, String what) {
        Numbers numbers = Numbers.of(call.known(index, what));
        if (numbers == null || !numbers.isInteger()) {
            throw new NotLowerable("its " + what + " is no vector of integers");
        }
        int[] values = Arrays.stream(numbers.longs())
                .mapToInt(v -> (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, v)))
                .toArray();
        return Value.Known.ints(nameOf(call.input(index), call), values);
    }

    private static int axis(int axis, int rank) {
        try {
            return ShapeValues.axis(axis, rank);
        } catch (ShapeException e) {
            throw new NotLowerable(String.valueOf(e.getMessage()));
        }
    }
}
