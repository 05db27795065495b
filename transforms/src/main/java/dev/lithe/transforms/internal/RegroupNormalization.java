package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.SubOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Layer, group and instance normalization, which frameworks leave in pieces. With `μ` the mean, `r` the inverse
/// deviation `rsqrt(mean((x - μ)²) + ε)`, `γ` and `β` constants:
///
///     x · (r · γ) + (β - μ · (r · γ))   becomes   ((x - μ) · r) · γ + β
///
/// which quantizes well: `x - μ` is centred, its product with `r` has the same range for every input, and there is no
/// difference of two large terms. The variance takes `x - μ` from it, so that it is an operator less. Also without `γ`,
/// without `β`, and with factors and summands in any order. Not where one of the pieces has another reader.
public final class RegroupNormalization extends PatternPass {
    @Override
    public String name() {
        return "regroup layer normalization";
    }

    /// `x · factor - mean · factor + offset`.
    private record Pieces(
            TensorId x,
            TensorId mean,
            TensorId factor,
            @Nullable TensorId offset) {}

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean sum = node.code().builtin() == BuiltinOperator.ADD;
        if ((!sum && node.code().builtin() != BuiltinOperator.SUB) || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Pieces pieces = sum ? inSum(node, algebra) : pieces(node.input(0), node.input(1), null, algebra);
        if (pieces == null || !algebra.sameShape(pieces.x, node.output(0))) {
            return null;
        }
        boolean whole = algebra.made(pieces.mean, BuiltinOperator.MEAN) != null
                && view.consumers(pieces.factor).size() == 2;
        return whole ? patch -> rewrite(node, pieces, algebra, patch) : null;
    }

    /// `x · f + (β - μ · f)`.
    private static @Nullable Pieces inSum(Node node, Algebra algebra) {
        for (List<TensorId> order : Algebra.orders(node)) {
            Node shift = algebra.made(order.get(1), BuiltinOperator.SUB);
            if (shift != null && algebra.view().hasSingleUse(order.get(1))) {
                Pieces pieces = pieces(order.getFirst(), shift.input(1), shift.input(0), algebra);
                if (pieces != null) {
                    return pieces;
                }
            }
        }
        return null;
    }

    private static @Nullable Pieces pieces(
            TensorId first, TensorId second, @Nullable TensorId offset, Algebra algebra) {
        Node scaled = algebra.made(first, BuiltinOperator.MUL);
        Node mean = algebra.made(second, BuiltinOperator.MUL);
        if (scaled == null
                || mean == null
                || !algebra.view().hasSingleUse(first)
                || !algebra.view().hasSingleUse(second)) {
            return null;
        }
        for (List<TensorId> one : Algebra.orders(scaled)) {
            for (List<TensorId> other : Algebra.orders(mean)) {
                if (one.get(1).equals(other.get(1)) && !one.getFirst().equals(other.getFirst())) {
                    return new Pieces(one.getFirst(), other.getFirst(), one.get(1), offset);
                }
            }
        }
        return null;
    }

    private static void rewrite(Node node, Pieces pieces, Algebra algebra, GraphPatch patch) {
        GraphView view = algebra.view();
        TensorSpec result = view.output(node);
        Sequence sequence = new Sequence(view, patch);
        TensorId centred = centred(pieces, result, view, patch);
        if (centred == null) {
            centred = difference(pieces, result, sequence);
        }
        Node product = algebra.made(pieces.factor, BuiltinOperator.MUL);
        TensorId last = pieces.factor;
        TensorId normalized = centred;
        if (product != null) {
            int constant = view.tensor(product.input(1)).isConstant() ? 1 : 0;
            last = product.input(constant);
            normalized = multiply("/normalized", centred, product.input(1 - constant), result, sequence);
        }
        ActivationFunctionType activation = Affine.activation(node);
        ActivationFunctionType own = activation == null ? ActivationFunctionType.NONE : activation;
        if (pieces.offset == null) {
            sequence.add(BuiltinOperator.MUL, new MulOptions(own), result.id(), normalized, last);
        } else {
            TensorId scaled = multiply("/scaled", normalized, last, result, sequence);
            sequence.add(BuiltinOperator.ADD, new AddOptions(own, true), result.id(), scaled, pieces.offset);
        }
        sequence.replace(node);
    }

    /// `x - mean` before the variance, which takes it from there: `(x - mean)²` is its product with itself.
    private static @Nullable TensorId centred(Pieces pieces, TensorSpec result, GraphView view, GraphPatch patch) {
        for (Node square : view.consumers(pieces.mean)) {
            if (square.code().builtin() == BuiltinOperator.SQUARED_DIFFERENCE
                    && square.inputs().contains(pieces.x)) {
                Sequence early = new Sequence(view, patch);
                TensorId difference = difference(pieces, result, early);
                MulOptions plain = new MulOptions(ActivationFunctionType.NONE);
                early.add(BuiltinOperator.MUL, plain, square.output(0), difference, difference);
                early.replace(square);
                return difference;
            }
        }
        return null;
    }

    private static TensorId difference(Pieces pieces, TensorSpec result, Sequence sequence) {
        SubOptions options = new SubOptions(ActivationFunctionType.NONE, true);
        TensorSpec spec = result.withName(result.name() + "/centred");
        return sequence.add(BuiltinOperator.SUB, options, spec, pieces.x, pieces.mean);
    }

    private static TensorId multiply(String suffix, TensorId a, TensorId b, TensorSpec result, Sequence sequence) {
        MulOptions options = new MulOptions(ActivationFunctionType.NONE);
        return sequence.add(BuiltinOperator.MUL, options, result.withName(result.name() + suffix), a, b);
    }
}
