package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// `x > 0 ? x : exp(x) - 1`, also with `exp(min(x, 0))`, is ELU.
public final class RecognizeElu extends PatternPass {
    @Override
    public String name() {
        return "recognize ELU";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean select =
                node.code().builtin() == BuiltinOperator.SELECT || node.code().builtin() == BuiltinOperator.SELECT_V2;
        if (!select || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Comparison comparison = Comparison.withZero(node.input(0), algebra);
        if (comparison == null) {
            return null;
        }
        TensorId x = node.input(comparison.positiveFirst() ? 1 : 2);
        Algebra.Scaled less = algebra.shifted(node.input(comparison.positiveFirst() ? 2 : 1));
        Node exponential = less == null || less.number() != -1 ? null : algebra.made(less.x(), BuiltinOperator.EXP);
        boolean found = exponential != null
                && x.equals(comparison.x())
                && algebra.sameShape(x, node.output(0))
                && (exponential.input(0).equals(x) || isNegativePart(exponential.input(0), x, algebra));
        return found ? patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.ELU, null, x)) : null;
    }

    private static boolean isNegativePart(TensorId id, TensorId x, Algebra algebra) {
        Node minimum = algebra.made(id, BuiltinOperator.MINIMUM);
        Algebra.Scaled bounded = minimum == null ? null : algebra.besideNumber(minimum, true);
        return bounded != null && bounded.x().equals(x) && bounded.number() == 0;
    }
}
