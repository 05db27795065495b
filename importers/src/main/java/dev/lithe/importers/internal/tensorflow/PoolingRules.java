package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Pools over height and width.
final class PoolingRules {
    private PoolingRules() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "MaxPool", call -> pool(call, BuiltinOperator.MAX_POOL_2D),
                "AvgPool", call -> pool(call, BuiltinOperator.AVERAGE_POOL_2D));
    }

    private static List<Value> pool(Call call, BuiltinOperator code) {
        Layout layout = Layout.of(call, 4);
        int[] window = layout.spatial(call, "ksize");
        int[] strides = layout.spatial(call, "strides");
        Value x = layout.enter(call, call.input(0));
        TensorType type = call.type(0);
        TensorType computed = ElementwiseRules.isFloat(type) ? TensorType.FLOAT32 : type;
        x = call.cast(x, computed);
        Padding padding = switch (call.attributes().text("padding", "VALID")) {
            case "SAME" -> Padding.SAME;
            case "VALID" -> Padding.VALID;
            case "EXPLICIT" -> {
                x = padded(call, code, x, layout);
                yield Padding.VALID;
            }
            default -> throw new NotLowerable("padding " + call.attributes().text("padding", "") + " is not known");
        };
        Pool2DOptions options =
                new Pool2DOptions(padding, strides[1], strides[0], window[1], window[0], ActivationFunctionType.NONE);
        Value y = call.cast(call.emitAs(code, options, computed, x), type);
        return layout.leave(call, List.of(y));
    }

    /// What is padded must not become the largest of a window.
    private static Value padded(Call call, BuiltinOperator code, Value x, Layout layout) {
        if (code != BuiltinOperator.MAX_POOL_2D || !ElementwiseRules.isFloat(call.type(0))) {
            throw new NotLowerable("explicit padding is supported for the largest of floats only");
        }
        Value.Known paddings = call.ints(layout.explicitPaddings(call)).withShape(call.name(), Shape.of(4, 2));
        return call.emitAs(
                BuiltinOperator.PADV2,
                new PadV2Options(),
                TensorType.FLOAT32,
                x,
                paddings,
                call.scalar(TensorType.FLOAT32, -Float.MAX_VALUE));
    }
}
