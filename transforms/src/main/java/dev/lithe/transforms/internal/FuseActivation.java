package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fuses RELU, RELU6 and RELU_N1_TO_1 into the operator before, where that can clamp by itself,
/// does not yet, and gives its result to nobody else.
public final class FuseActivation extends PatternPass {
    private static final Set<BuiltinOperator> PRODUCERS = EnumSet.of(
            BuiltinOperator.CONV_2D,
            BuiltinOperator.DEPTHWISE_CONV_2D,
            BuiltinOperator.FULLY_CONNECTED,
            BuiltinOperator.AVERAGE_POOL_2D,
            BuiltinOperator.MAX_POOL_2D,
            BuiltinOperator.ADD,
            BuiltinOperator.SUB,
            BuiltinOperator.MUL,
            BuiltinOperator.DIV);

    @Override
    public String name() {
        return "fuse activations";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        ActivationFunctionType activation = switch (node.code().builtin()) {
            case RELU -> ActivationFunctionType.RELU;
            case RELU6 -> ActivationFunctionType.RELU6;
            case RELU_N1_TO_1 -> ActivationFunctionType.RELU_N1_TO_1;
            default -> null;
        };
        if (activation == null) {
            return null;
        }
        Node producer = view.soleProducer(node, 0, PRODUCERS);
        if (producer == null
                || Affine.activation(producer) != ActivationFunctionType.NONE
                || !GraphView.isFloat(view.output(producer))) {
            return null;
        }
        Node fused = Affine.withActivation(producer, activation).withOutputs(node.outputs());
        return patch -> {
            patch.remove(producer.id()).replace(node.id(), fused);
            TensorSpec result = view.output(node);
            if (!view.isOutput(result.id())) {
                patch.setTensor(result.withName(joined(producer, view.output(producer), result)));
            }
        };
    }

    private static String joined(Node producer, TensorSpec before, TensorSpec after) {
        return producer.code().builtin() == BuiltinOperator.FULLY_CONNECTED
                ? Names.join(before.name(), after.name())
                : Names.join(after.name(), before.name());
    }
}
