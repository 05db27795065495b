package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// `x · relu6(x + 3) / 6`, with its factors in any order, and `x · clip(x / 6 + 1/2, 0, 1)`, are HARD_SWISH. Not where
/// the product has a fused activation.
public final class RecognizeHardSwish extends PatternPass {
    @Override
    public String name() {
        return "recognize HARD_SWISH";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean product =
                node.code().builtin() == BuiltinOperator.MUL || node.code().builtin() == BuiltinOperator.DIV;
        if (!product || !Algebra.isPlain(node) || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Algebra.Product factors = algebra.product(node.output(0));
        if (factors.factors().size() != 2) {
            return null;
        }
        for (int gate = 0; gate < 2; gate++) {
            TensorId x = factors.factors().get(1 - gate);
            if (isGate(factors.factors().get(gate), x, factors.number(), algebra)) {
                return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.HARD_SWISH, null, x));
            }
        }
        return null;
    }

    private static boolean isGate(TensorId gate, TensorId x, float number, Algebra algebra) {
        Algebra.Scaled six = clamped(gate, BuiltinOperator.RELU6, algebra);
        if (six != null && six.x().equals(x) && six.number() == 3) {
            return Algebra.near(number, 1.0 / 6);
        }
        Algebra.Scaled one = clamped(gate, BuiltinOperator.RELU_0_TO_1, algebra);
        if (one == null || one.number() != 0.5f) {
            return false;
        }
        Algebra.Scaled sixth = algebra.linear(one.x());
        return sixth.x().equals(x) && Algebra.near(sixth.number(), 1.0 / 6) && Algebra.near(number, 1);
    }

    /// `clamp(x + term)`, the clamp an operator or fused into the addition.
    private static Algebra.@Nullable Scaled clamped(TensorId id, BuiltinOperator clamp, Algebra algebra) {
        Node node = algebra.made(id, clamp);
        if (node != null) {
            return algebra.shifted(node.input(0));
        }
        Node add = algebra.view().producer(id);
        return clamp == BuiltinOperator.RELU6
                        && add != null
                        && add.code().builtin() == BuiltinOperator.ADD
                        && Affine.activation(add) == ActivationFunctionType.RELU6
                ? algebra.besideNumber(add, true)
                : null;
    }
}
