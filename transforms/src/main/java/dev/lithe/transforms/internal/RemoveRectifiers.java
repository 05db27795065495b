package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Removes a RELU behind an operator that gives nothing negative. RSQRT is none: of -0 it is minus infinity.
public final class RemoveRectifiers extends PatternPass {
    private static final Set<BuiltinOperator> NOT_NEGATIVE = EnumSet.of(
            BuiltinOperator.RELU,
            BuiltinOperator.RELU6,
            BuiltinOperator.RELU_0_TO_1,
            BuiltinOperator.SQUARE,
            BuiltinOperator.SQUARED_DIFFERENCE,
            BuiltinOperator.ABS,
            BuiltinOperator.EXP,
            BuiltinOperator.SQRT,
            BuiltinOperator.LOGISTIC,
            BuiltinOperator.SOFTMAX);

    @Override
    public String name() {
        return "remove rectifiers of what is not negative";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.RELU || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        TensorId from = node.input(0);
        Node before = view.producer(from);
        if (before == null || before.outputs().size() != 1) {
            return null;
        }
        ActivationFunctionType fused = Affine.activation(before);
        boolean clamped = fused == ActivationFunctionType.RELU || fused == ActivationFunctionType.RELU6;
        return clamped || NOT_NEGATIVE.contains(before.code().builtin())
                ? RemoveIdentities.remove(node, from, node.output(0), view)
                : null;
    }
}
