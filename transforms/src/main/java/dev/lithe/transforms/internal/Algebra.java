package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a graph as formulas: which operator made a tensor, and what of it is a number. Operators with a fused
/// activation are not looked into, and neither are those that broadcast what they are asked for.
record Algebra(GraphView view) {
    /// Constants above this size are no numbers that stand for themselves.
    private static final long MAX_UNIFORM = 1 << 16;

    private static final int DEPTH = 8;

    /// `x · factor` or `x + term`, by what is asked.
    record Scaled(TensorId x, float number) {}

    /// A product of a number and tensors, in the order in which they stand.
    record Product(float number, List<TensorId> factors) {}

    /// The node that wrote `id`, where it is a `code` without a fused activation.
    @Nullable
    Node made(TensorId id, BuiltinOperator code) {
        Node node = view.producer(id);
        if (node == null || node.code().builtin() != code || !isPlain(node)) {
            return null;
        }
        return node.outputs().size() == 1 && GraphView.isFloat(view.output(node)) ? node : null;
    }

    static boolean isPlain(Node node) {
        ActivationFunctionType activation = Affine.activation(node);
        return activation == null || activation == ActivationFunctionType.NONE;
    }

    /// The one value of all elements of a float constant; NaN where `id` is something else.
    float number(TensorId id) {
        TensorSpec spec = id.isPresent() ? view.tensor(id) : null;
        if (spec == null
                || !GraphView.isFloatConstant(spec)
                || spec.shape().elementCount() == 0
                || spec.shape().elementCount() > MAX_UNIFORM) {
            return Float.NaN;
        }
        float[] values = FloatConstants.values(spec);
        for (float value : values) {
            if (value != values[0]) {
                return Float.NaN;
            }
        }
        return values[0];
    }

    /// Whether `number` is `wanted` to float precision, however it was computed.
    static boolean near(float number, double wanted) {
        return Math.abs(number - wanted) <= 1e-6 * Math.max(1e-3, Math.abs(wanted));
    }

    /// Whether two tensors have the same dimensions, known or not. Nothing is known where the rank is not.
    boolean sameShape(TensorId a, TensorId b) {
        return view.tensor(a).isRanked()
                && view.tensor(b).isRanked()
                && view.tensor(a).declaredShape().equals(view.tensor(b).declaredShape());
    }

    /// The operand of binary operator `node` beside a number, which may stand on either side where `commutes`.
    @Nullable
    Scaled besideNumber(Node node, boolean commutes) {
        for (int constant = 1; constant >= (commutes ? 0 : 1); constant--) {
            float number = number(node.input(constant));
            TensorId x = node.input(1 - constant);
            if (!Float.isNaN(number) && !view.tensor(x).isConstant() && sameShape(x, node.output(0))) {
                return new Scaled(x, number);
            }
        }
        return null;
    }

    /// `id` as `x · factor`: a MUL or DIV with a number, a NEG, `0 - x`.
    @Nullable
    Scaled scaled(TensorId id) {
        Node node = made(id, BuiltinOperator.MUL);
        if (node != null) {
            return besideNumber(node, true);
        }
        node = made(id, BuiltinOperator.DIV);
        if (node != null) {
            Scaled divided = besideNumber(node, false);
            return divided == null ? null : new Scaled(divided.x, 1 / divided.number);
        }
        node = made(id, BuiltinOperator.NEG);
        if (node != null) {
            return new Scaled(node.input(0), -1);
        }
        node = made(id, BuiltinOperator.SUB);
        return node != null && number(node.input(0)) == 0 && sameShape(node.input(1), id)
                ? new Scaled(node.input(1), -1)
                : null;
    }

    /// `id` as `x · factor`, through a chain of such; `id · 1` where there is none.
    Scaled linear(TensorId id) {
        Scaled whole = new Scaled(id, 1);
        for (int depth = 0; depth < DEPTH; depth++) {
            Scaled next = scaled(whole.x);
            if (next == null) {
                break;
            }
            whole = new Scaled(next.x, whole.number * next.number);
        }
        return whole;
    }

    /// `id` as `x + term`: an ADD or SUB with a number.
    @Nullable
    Scaled shifted(TensorId id) {
        Node node = made(id, BuiltinOperator.ADD);
        if (node != null) {
            return besideNumber(node, true);
        }
        node = made(id, BuiltinOperator.SUB);
        Scaled less = node == null ? null : besideNumber(node, false);
        return less == null ? null : new Scaled(less.x, -less.number);
    }

    /// `id` taken apart into its factors.
    Product product(TensorId id) {
        List<TensorId> factors = new ArrayList<>();
        float number = collect(id, factors, 0);
        return new Product(number, factors);
    }

    private float collect(TensorId id, List<TensorId> factors, int depth) {
        Scaled scaled = depth < DEPTH ? scaled(id) : null;
        if (scaled != null) {
            return scaled.number * collect(scaled.x, factors, depth + 1);
        }
        Node square = depth < DEPTH ? made(id, BuiltinOperator.SQUARE) : null;
        if (square != null) {
            factors.add(square.input(0));
            factors.add(square.input(0));
            return 1;
        }
        Node node = depth < DEPTH ? made(id, BuiltinOperator.MUL) : null;
        if (node == null || !sameShape(node.input(0), id) || !sameShape(node.input(1), id)) {
            factors.add(id);
            return 1;
        }
        return collect(node.input(0), factors, depth + 1) * collect(node.input(1), factors, depth + 1);
    }

    /// The two operands of `node`, first as they stand, then swapped.
    static List<List<TensorId>> orders(Node node) {
        return List.of(List.of(node.input(0), node.input(1)), List.of(node.input(1), node.input(0)));
    }
}
