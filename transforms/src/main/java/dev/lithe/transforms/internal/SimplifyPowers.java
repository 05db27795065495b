package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import org.jspecify.annotations.Nullable;

/// `x²`, as a POW or as a SQUARE, is `x · x`, which has integer kernels; `x^½` is SQRT, `x^-½` is RSQRT and
/// `1 / sqrt(x)` is too. (For exponents ±½ POW and the roots differ at `-∞` and `-0` only.)
public final class SimplifyPowers extends PatternPass {
    @Override
    public String name() {
        return "simplify powers";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.outputs().size() != 1 || !GraphView.isFloat(view.output(node)) || !Algebra.isPlain(node)) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        TensorId x = node.input(0);
        return switch (node.code().builtin()) {
            case SQUARE -> square(node, x);
            case POW -> power(node, x, algebra);
            case DIV -> {
                Node root = algebra.number(x) == 1 ? algebra.made(node.input(1), BuiltinOperator.SQRT) : null;
                yield root != null && algebra.sameShape(root.output(0), node.output(0))
                        ? unary(node, BuiltinOperator.RSQRT, root.input(0))
                        : null;
            }
            default -> null;
        };
    }

    private static @Nullable Change power(Node node, TensorId x, Algebra algebra) {
        if (!algebra.sameShape(x, node.output(0))) {
            return null;
        }
        float exponent = algebra.number(node.input(1));
        if (exponent == 2) {
            return square(node, x);
        }
        return exponent == 0.5f
                ? unary(node, BuiltinOperator.SQRT, x)
                : exponent == -0.5f ? unary(node, BuiltinOperator.RSQRT, x) : null;
    }

    private static Change square(Node node, TensorId x) {
        return patch -> patch.replace(
                node.id(),
                Nodes.inPlaceOf(node, BuiltinOperator.MUL, new MulOptions(ActivationFunctionType.NONE), x, x));
    }

    private static Change unary(Node node, BuiltinOperator code, TensorId x) {
        return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, code, null, x));
    }
}
