package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LeakyReluOptions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `relu(x) - α · relu(-x)` and `relu(x) + α · min(x, 0)`, with a constant `α` that broadcasts to `x`, are PRELU;
/// LEAKY_RELU where `α` is one number. `α` loses a leading dimension of 1 beyond the rank below that of `x`, which is
/// what other converters write.
public final class RecognizePrelu extends PatternPass {
    @Override
    public String name() {
        return "recognize PRELU";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean sum = node.code().builtin() == BuiltinOperator.ADD;
        boolean difference = node.code().builtin() == BuiltinOperator.SUB;
        if ((!sum && !difference) || !Algebra.isPlain(node) || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        for (List<TensorId> order : sum ? Algebra.orders(node) : List.of(node.inputs())) {
            Node relu = algebra.made(order.getFirst(), BuiltinOperator.RELU);
            TensorId x = relu == null ? TensorId.NONE : relu.input(0);
            if (relu != null && algebra.sameShape(x, node.output(0))) {
                Change change = match(node, x, order.get(1), difference, algebra);
                if (change != null) {
                    return change;
                }
            }
        }
        return null;
    }

    private static @Nullable Change match(
            Node node, TensorId x, TensorId negative, boolean difference, Algebra algebra) {
        // Where α is one number, the product may have been simplified to NEG or nothing at all.
        Algebra.Scaled uniform = algebra.linear(negative);
        float half = sign(uniform.x(), x, algebra);
        if (half != 0) {
            float alpha = half * uniform.number() * (difference ? -1 : 1);
            return patch -> patch.replace(
                    node.id(), Nodes.inPlaceOf(node, BuiltinOperator.LEAKY_RELU, new LeakyReluOptions(alpha), x));
        }
        Node product = algebra.made(negative, BuiltinOperator.MUL);
        if (product == null) {
            return null;
        }
        for (List<TensorId> order : Algebra.orders(product)) {
            TensorSpec alpha = algebra.view().tensor(order.getFirst());
            float side = GraphView.isFloatConstant(alpha) ? sign(order.get(1), x, algebra) : 0;
            if (side != 0 && algebra.sameShape(product.output(0), x)) {
                boolean negated = side < 0 != difference;
                return patch -> replace(node, x, alpha, negated, algebra.view(), patch);
            }
        }
        return null;
    }

    /// 1 where `id` is `min(x, 0)`, -1 where it is `relu(-x)`, otherwise 0.
    private static float sign(TensorId id, TensorId x, Algebra algebra) {
        Node relu = algebra.made(id, BuiltinOperator.RELU);
        if (relu != null) {
            Algebra.Scaled inner = algebra.linear(relu.input(0));
            return inner.x().equals(x) && inner.number() == -1 ? -1 : 0;
        }
        Node minimum = algebra.made(id, BuiltinOperator.MINIMUM);
        Algebra.Scaled bounded = minimum == null ? null : algebra.besideNumber(minimum, true);
        return bounded != null && bounded.x().equals(x) && bounded.number() == 0 ? 1 : 0;
    }

    private static void replace(
            Node node, TensorId x, TensorSpec alpha, boolean negated, GraphView view, GraphPatch patch) {
        int[] shape = alpha.shape().toArray();
        int rank = view.tensor(x).declaredShape().rank();
        Shape slim = Shape.of(
                shape.length == rank && rank > 1 && shape[0] == 1 ? Arrays.copyOfRange(shape, 1, rank) : shape);
        TensorSpec slopes = FloatConstants.compute("slopes", alpha.name(), slim, List.of(alpha), values -> {
            float[] own = values.getFirst();
            for (int i = 0; i < own.length; i++) {
                own[i] = negated ? -own[i] : own[i];
            }
            return own;
        });
        TensorId added = patch.addTensor(view.index(), slopes);
        patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.PRELU, null, x, added));
    }
}
