package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Clip: the bounds are attributes up to opset 10, inputs from opset 11 on.
final class Clips {
    private Clips() {}

    static List<Laid> clip(Call call) {
        Emitter graph = call.graph();
        Value low = bound(call, 1, "min");
        Value high = bound(call, 2, "max");
        BuiltinOperator activation = activation(call, low, high);
        if (activation != null) {
            return Elementwise.map(call, x -> graph.unary(activation, x));
        }
        return Elementwise.map(call, x -> {
            Value raised = low == null ? x : graph.compute(BuiltinOperator.MAXIMUM, null, x, low);
            return high == null ? raised : graph.compute(BuiltinOperator.MINIMUM, null, raised, high);
        });
    }

    /// The bound, or null where there is none.
    private static @Nullable Value bound(Call call, int index, String attribute) {
        if (call.has(index)) {
            Value value = call.plain(index);
            return isInfinite(value) ? null : value;
        }
        if (!call.node().has(attribute)) {
            return null;
        }
        float value = call.node().real(attribute, 0);
        return Math.abs(value) >= Float.MAX_VALUE ? null : call.graph().scalar(TensorType.FLOAT32, value);
    }

    private static boolean isInfinite(Value value) {
        Numbers numbers = Numbers.of(value);
        return numbers != null
                && numbers.array() instanceof float[] floats
                && floats.length == 1
                && Math.abs(floats[0]) >= Float.MAX_VALUE;
    }

    private static @Nullable BuiltinOperator activation(Call call, @Nullable Value low, @Nullable Value high) {
        if (call.type(0) != TensorType.FLOAT32) {
            return null;
        }
        if (is(low, 0)) {
            return high == null
                    ? BuiltinOperator.RELU
                    : is(high, 6) ? BuiltinOperator.RELU6 : is(high, 1) ? BuiltinOperator.RELU_0_TO_1 : null;
        }
        return is(low, -1) && is(high, 1) ? BuiltinOperator.RELU_N1_TO_1 : null;
    }

    private static boolean is(@Nullable Value value, float wanted) {
        Numbers numbers = value == null ? null : Numbers.of(value);
        return numbers != null
                && numbers.array() instanceof float[] floats
                && floats.length == 1
                && floats[0] == wanted;
    }
}
