package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// `1 / (1 + exp(-x))` is LOGISTIC.
public final class RecognizeLogistic extends PatternPass {
    @Override
    public String name() {
        return "recognize LOGISTIC";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.DIV
                || !Algebra.isPlain(node)
                || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Algebra.Scaled sum = algebra.number(node.input(0)) == 1 ? algebra.shifted(node.input(1)) : null;
        Node exponential = sum == null || sum.number() != 1 ? null : algebra.made(sum.x(), BuiltinOperator.EXP);
        Algebra.Scaled negative = exponential == null ? null : algebra.scaled(exponential.input(0));
        if (negative == null || negative.number() != -1) {
            return null;
        }
        TensorId x = negative.x();
        return algebra.sameShape(x, node.output(0))
                ? patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.LOGISTIC, null, x))
                : null;
    }
}
