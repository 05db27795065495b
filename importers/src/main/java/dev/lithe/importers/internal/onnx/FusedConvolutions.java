package dev.lithe.importers.internal.onnx;

import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// The convolution with an activation that onnxruntime writes when it optimizes a model.
final class FusedConvolutions {
    private FusedConvolutions() {}

    static List<Laid> fused(Call call) {
        Laid y = Convolutions.conv(call).getFirst();
        if (call.has(3)) {
            y = Elementwise.binary(call.graph(), y, call.input(3), call.graph()::add);
        }
        return Call.one(Elementwise.map(call.graph(), y, x -> activated(call, x)));
    }

    private static Value activated(Call call, Value x) {
        Emitter graph = call.graph();
        float[] parameters = call.node().reals("activation_params");
        return switch (call.node().text("activation", "")) {
            case "" -> x;
            case "Relu" -> graph.unary(BuiltinOperator.RELU, x);
            case "Sigmoid" -> graph.unary(BuiltinOperator.LOGISTIC, x);
            case "Tanh" -> graph.unary(BuiltinOperator.TANH, x);
            case "LeakyRelu" -> {
                float alpha = parameters == null || parameters.length == 0 ? 0.01f : parameters[0];
                yield graph.compute(BuiltinOperator.LEAKY_RELU, new LeakyReluOptions(alpha), x);
            }
            case "Clip" -> {
                if (parameters == null || parameters.length != 2) {
                    throw new NotLowerable("its Clip needs two bounds");
                }
                Value low = graph.scalar(TensorType.FLOAT32, parameters[0]);
                Value high = graph.scalar(TensorType.FLOAT32, parameters[1]);
                Value raised = graph.compute(BuiltinOperator.MAXIMUM, null, x, low);
                yield parameters[0] == 0 && parameters[1] == 6
                        ? graph.unary(BuiltinOperator.RELU6, x)
                        : graph.compute(BuiltinOperator.MINIMUM, null, raised, high);
            }
            default -> throw new NotLowerable("its activation is not known");
        };
    }
}
