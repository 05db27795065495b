package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GeluOptions;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `x / 2 · (1 + erf(x / √2))` is GELU, and `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))` its approximation; factors
/// in any order, `1 + erf(u)` also as `1 - erf(-u)`.
///
/// There is no operator for erf; importers write `erf(u) = (z = 0 ? 1 : 2 · gelu(z) / z) - 1` with `z = √2 · u`,
/// which is what is looked for.
public final class RecognizeGelu extends PatternPass {
    private static final double CUBIC = 0.044715;

    @Override
    public String name() {
        return "recognize GELU";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.MUL || !Algebra.isPlain(node)) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Algebra.Product product = algebra.product(node.output(0));
        if (product.factors().size() != 2 || !Algebra.near(product.number(), 0.5)) {
            return null;
        }
        for (int gate = 0; gate < 2; gate++) {
            TensorId x = product.factors().get(1 - gate);
            Boolean approximate = kind(product.factors().get(gate), x, algebra);
            if (approximate != null) {
                return patch -> patch.replace(
                        node.id(), Nodes.inPlaceOf(node, BuiltinOperator.GELU, new GeluOptions(approximate), x));
            }
        }
        return null;
    }

    /// Whether `gate` is that of the approximation (true), the exact one (false), or neither (null).
    private static @Nullable Boolean kind(TensorId gate, TensorId x, Algebra algebra) {
        Algebra.Scaled sum = algebra.shifted(gate);
        if (sum != null && sum.number() == 1) {
            Node tanh = algebra.made(sum.x(), BuiltinOperator.TANH);
            if (tanh != null) {
                return isCubic(tanh.input(0), x, algebra) ? Boolean.TRUE : null;
            }
            return isErf(sum.x(), x, 1, algebra) ? Boolean.FALSE : null;
        }
        Node difference = algebra.made(gate, BuiltinOperator.SUB);
        boolean complement = difference != null
                && algebra.number(difference.input(0)) == 1
                && isErf(difference.input(1), x, -1, algebra);
        return complement ? Boolean.FALSE : null;
    }

    /// Whether `id` is `erf(sign · x / √2)`.
    private static boolean isErf(TensorId id, TensorId x, int sign, Algebra algebra) {
        Algebra.Scaled less = algebra.shifted(id);
        Node select = less == null || less.number() != -1 ? null : algebra.made(less.x(), BuiltinOperator.SELECT_V2);
        if (select == null || algebra.number(select.input(1)) != 1) {
            return false;
        }
        Algebra.Scaled twice = algebra.linear(select.input(2));
        Node quotient = algebra.made(twice.x(), BuiltinOperator.DIV);
        if (quotient == null) {
            return false;
        }
        Node gelu = algebra.made(quotient.input(0), BuiltinOperator.GELU);
        if (gelu == null || twice.number() != 2 || !quotient.input(1).equals(gelu.input(0))) {
            return false;
        }
        Algebra.Scaled argument = algebra.linear(gelu.input(0));
        boolean exact =
                !gelu.options().as(GeluOptions.class, GeluOptions.DEFAULT).approximate();
        return exact && argument.x().equals(x) && Algebra.near(argument.number(), sign);
    }

    /// Whether `id` is `√(2/π) · (x + 0.044715 x³)`, also as `√(2/π) · x · (1 + 0.044715 x²)`.
    private static boolean isCubic(TensorId id, TensorId x, Algebra algebra) {
        Algebra.Product outer = algebra.product(id);
        if (!Algebra.near(outer.number(), Math.sqrt(2 / Math.PI))) {
            return false;
        }
        List<TensorId> factors = outer.factors();
        if (factors.size() == 1) {
            Node sum = algebra.made(factors.getFirst(), BuiltinOperator.ADD);
            return sum != null
                    && Algebra.orders(sum).stream()
                            .anyMatch(o -> o.getFirst().equals(x) && isPower(o.get(1), x, 3, algebra));
        }
        if (factors.size() != 2 || !factors.contains(x)) {
            return false;
        }
        Algebra.Scaled one = algebra.shifted(factors.get(factors.getFirst().equals(x) ? 1 : 0));
        return one != null && one.number() == 1 && isPower(one.x(), x, 2, algebra);
    }

    /// Whether `id` is `0.044715 · x^exponent`.
    private static boolean isPower(TensorId id, TensorId x, int exponent, Algebra algebra) {
        Algebra.Product product = algebra.product(id);
        if (!Algebra.near(product.number(), CUBIC)) {
            return false;
        }
        Node power =
                product.factors().size() == 1 ? algebra.made(product.factors().getFirst(), BuiltinOperator.POW) : null;
        return power == null
                ? product.factors().equals(Collections.nCopies(exponent, x))
                : power.input(0).equals(x) && algebra.number(power.input(1)) == exponent;
    }
}
