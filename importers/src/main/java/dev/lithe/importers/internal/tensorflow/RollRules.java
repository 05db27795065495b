package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.RangeOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Roll: what falls out at one end of a dimension comes in at the other. Shifts of one dimension add up.
final class RollRules {
    private RollRules() {}

    static Map<String, Rule> rules() {
        return Map.of("Roll", RollRules::roll);
    }

    /// For each dimension two slices joined where its size and its shift are known, and a gather with
    /// positions that are computed where they are not.
    private static List<Value> roll(Call call) {
        Shape shape = call.shape(0);
        int[] totals = call.isKnown(1) && call.isKnown(2) ? totals(call, shape.rank()) : null;
        Value x = call.input(0);
        for (int axis = 0; axis < shape.rank(); axis++) {
            int size = shape.dimension(axis);
            if (size == 0 || totals != null && totals[axis] == 0) {
                continue;
            }
            if (totals == null || size == Shape.UNKNOWN) {
                x = gathered(call, x, axis, totals == null ? null : totals[axis]);
            } else if (Math.floorMod(totals[axis], size) != 0) {
                x = joined(call, x, axis, size - Math.floorMod(totals[axis], size));
            }
        }
        return List.of(x);
    }

    private static int[] totals(Call call, int rank) {
        int[] shifts = call.ints(1, "shifts");
        int[] axes = call.ints(2, "axes");
        if (shifts.length != axes.length) {
            throw new NotLowerable("it has " + shifts.length + " shifts for " + axes.length + " axes");
        }
        int[] totals = new int[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = IndexingRules.axis(axes[i], rank);
            totals[axis] = Math.addExact(totals[axis], shifts[i]);
        }
        return totals;
    }

    /// The elements from `from` on, then those before it.
    private static Value joined(Call call, Value x, int axis, int from) {
        int rank = call.shape(0).rank();
        int[] start = new int[rank];
        int[] whole = new int[rank];
        Arrays.fill(whole, -1);
        int[] begin = start.clone();
        begin[axis] = from;
        int[] head = whole.clone();
        head[axis] = from;
        TensorType type = call.type(0);
        Value tail =
                call.emitAs(BuiltinOperator.SLICE, new SliceOptions(), type, x, call.ints(begin), call.ints(whole));
        Value front =
                call.emitAs(BuiltinOperator.SLICE, new SliceOptions(), type, x, call.ints(start), call.ints(head));
        ConcatenationOptions options = new ConcatenationOptions(axis, ActivationFunctionType.NONE);
        return call.emitAs(BuiltinOperator.CONCATENATION, options, type, tail, front);
    }

    /// Element `i` comes from `(i - shift) mod size`.
    private static Value gathered(Call call, Value x, int axis, @Nullable Integer total) {
        Vectors vectors = new Vectors(call.graph(), call.name());
        Arithmetic f = Arithmetic.of(call);
        Value shift = total == null ? total(call, axis) : vectors.scalar(total);
        int known = call.shape(0).dimension(axis);
        Value size = known == Shape.UNKNOWN
                ? vectors.element(vectors.shapeOf(call.input(0)), vectors.scalar(axis))
                : vectors.scalar(known);
        Value places = vectors.emit(
                BuiltinOperator.RANGE,
                new RangeOptions(),
                TensorType.INT32,
                Shape.of(known),
                vectors.scalar(0),
                size,
                vectors.scalar(1));
        Value from = f.emit(BuiltinOperator.FLOOR_MOD, f.sub(places, shift), size);
        return call.emitAs(BuiltinOperator.GATHER, new GatherOptions(axis, 0), call.type(0), x, from);
    }

    /// The sum of the shifts whose axis, counted from the front or from the back, is `axis`.
    private static Value total(Call call, int axis) {
        Arithmetic f = Arithmetic.of(call);
        int rank = call.shape(0).rank();
        Value axes = f.emit(BuiltinOperator.FLOOR_MOD, flat(call, 2), call.scalarInt(rank));
        Value hits = call.cast(f.test(BuiltinOperator.EQUAL, axes, call.scalarInt(axis)), TensorType.INT32);
        return call.emitAs(
                BuiltinOperator.SUM,
                new ReducerOptions(false),
                TensorType.INT32,
                f.mul(hits, flat(call, 1)),
                call.ints(0));
    }

    private static Value flat(Call call, int index) {
        return call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.INT32, call.int32(index), call.ints(-1));
    }
}
