package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.L2NormOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x · rsqrt(Σ x²)` and `x / sqrt(Σ x²)` along the last dimension are L2_NORMALIZATION, also with `max(Σ x², ε)` or
/// `Σ x² + ε`. The operator keeps the root above 1e-6, so `ε` must not be larger than 1e-12: then it makes no
/// difference.
public final class RecognizeL2Normalization extends PatternPass {
    private static final float LARGEST_EPSILON = 1.0001e-12f;

    @Override
    public String name() {
        return "recognize L2_NORMALIZATION";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean product = node.code().builtin() == BuiltinOperator.MUL;
        if ((!product && node.code().builtin() != BuiltinOperator.DIV) || !Algebra.isPlain(node)) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        for (List<TensorId> order : product ? Algebra.orders(node) : List.of(node.inputs())) {
            TensorId x = order.getFirst();
            Node root = algebra.made(order.get(1), product ? BuiltinOperator.RSQRT : BuiltinOperator.SQRT);
            if (root != null && isNorm(root.input(0), x, algebra)) {
                return patch -> patch.replace(
                        node.id(),
                        Nodes.inPlaceOf(
                                node,
                                BuiltinOperator.L2_NORMALIZATION,
                                new L2NormOptions(ActivationFunctionType.NONE),
                                x));
            }
        }
        return null;
    }

    private static boolean isNorm(TensorId id, TensorId x, Algebra algebra) {
        Node sum = algebra.made(withoutEpsilon(id, algebra), BuiltinOperator.SUM);
        if (sum == null || !Reduced.isLast(sum, true, algebra.view())) {
            return false;
        }
        Algebra.Product square = algebra.product(sum.input(0));
        return square.number() == 1 && square.factors().equals(List.of(x, x));
    }

    private static TensorId withoutEpsilon(TensorId id, Algebra algebra) {
        Node maximum = algebra.made(id, BuiltinOperator.MAXIMUM);
        Algebra.Scaled guarded = maximum != null ? algebra.besideNumber(maximum, true) : algebra.shifted(id);
        return guarded != null && guarded.number() >= 0 && guarded.number() <= LARGEST_EPSILON ? guarded.x() : id;
    }
}
