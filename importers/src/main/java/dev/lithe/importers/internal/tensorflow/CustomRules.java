package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Nodes that stay custom operators under TensorFlow's name: those that the runtime knows without being
/// told, and with `allowCustomOps` whatever else cannot be lowered.
final class CustomRules {
    private CustomRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Roll", CustomRules::roll),
                entry("MaxPoolWithArgmax", CustomRules::poolWithPlaces),
                entry("IRFFT2D", call -> List.of(emit(call, TensorType.FLOAT32, inverse(call)))),
                entry("BroadcastGradientArgs", CustomRules::gradientAxes));
    }

    private static Value emit(Call call, TensorType type, @Nullable Shape shape) {
        Bytes options = CustomAttributes.of(call.node());
        return call.graph()
                .emitCustom(
                        call.node().op(),
                        options,
                        call.name(),
                        List.of(type),
                        Collections.singletonList(shape),
                        call.inputs())
                .getFirst();
    }

    /// What falls out at one end comes in at the other: two slices joined for each known axis and shift.
    private static List<Value> roll(Call call) {
        Shape shape = call.shape(0);
        if (!call.isKnown(1) || !call.isKnown(2)) {
            return List.of(emit(call, call.type(0), shape));
        }
        int[] shifts = call.ints(1, "shifts");
        int[] axes = call.ints(2, "axes");
        if (shifts.length != axes.length) {
            throw new NotLowerable("it has " + shifts.length + " shifts for " + axes.length + " axes");
        }
        long[] total = new long[shape.rank()];
        for (int i = 0; i < axes.length; i++) {
            total[IndexingRules.axis(axes[i], shape.rank())] += shifts[i];
        }
        Value x = call.input(0);
        for (int axis = 0; axis < total.length; axis++) {
            int size = shape.dimension(axis);
            if (total[axis] != 0 && size == Shape.UNKNOWN) {
                return List.of(emit(call, call.type(0), shape));
            }
            if (total[axis] != 0 && size > 0 && Math.floorMod(total[axis], size) != 0) {
                x = rolled(call, x, axis, size - Math.floorMod(total[axis], size));
            }
        }
        return List.of(x);
    }

    private static Value rolled(Call call, Value x, int axis, int from) {
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

    private static List<Value> poolWithPlaces(Call call) {
        Layout layout = Layout.of(call, 4);
        int[] window = layout.spatial(call, "ksize");
        int[] strides = layout.spatial(call, "strides");
        Shape x = call.shape(0);
        String padding = call.attributes().text("padding", "VALID");
        Shape y = x;
        for (int d = 0; d < 2; d++) {
            int size = x.dimension(d + 1);
            int covered = padding.equals("SAME") ? size : size - window[d] + 1;
            y = y.withDimension(d + 1, size == Shape.UNKNOWN ? size : Math.ceilDiv(covered, strides[d]));
        }
        TensorType places = call.typeOf("Targmax", DataType.DT_INT64);
        return List.copyOf(call.graph()
                .emitCustom(
                        call.node().op(),
                        CustomAttributes.of(call.node()),
                        call.name(),
                        List.of(call.type(0), places),
                        List.of(y, y),
                        List.of(call.input(0))));
    }

    private static Shape inverse(Call call) {
        Shape x = call.shape(0);
        int[] lengths = call.isKnown(1) ? call.ints(1, "lengths") : new int[] {Shape.UNKNOWN, Shape.UNKNOWN};
        if (lengths.length != 2 || x.rank() < 2) {
            throw new NotLowerable("it transforms " + lengths.length + " dimensions of " + x);
        }
        return x.withDimension(-2, lengths[0]).withDimension(-1, lengths[1]);
    }

    private static List<Value> gradientAxes(Call call) {
        Shape axes = Shape.of(Shape.UNKNOWN);
        TensorType type = call.type(0);
        return List.copyOf(call.graph()
                .emitCustom(
                        call.node().op(),
                        CustomAttributes.of(call.node()),
                        call.name(),
                        List.of(type, type),
                        List.of(axes, axes),
                        call.inputs()));
    }
}
