package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LeakyReluOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `max(x, α x)` with `α` between 0 and 1, and `x > 0 ? x : α x` with any `α`, are LEAKY_RELU.
public final class RecognizeLeakyRelu extends PatternPass {
    @Override
    public String name() {
        return "recognize LEAKY_RELU";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        Algebra algebra = new Algebra(view);
        Algebra.Scaled found = switch (node.code().builtin()) {
            case MAXIMUM -> maximum(node, algebra);
            case SELECT, SELECT_V2 -> selected(node, algebra);
            default -> null;
        };
        if (found == null || !GraphView.isFloat(view.output(node)) || !algebra.sameShape(found.x(), node.output(0))) {
            return null;
        }
        return patch -> patch.replace(
                node.id(),
                Nodes.inPlaceOf(node, BuiltinOperator.LEAKY_RELU, new LeakyReluOptions(found.number()), found.x()));
    }

    private static Algebra.@Nullable Scaled maximum(Node node, Algebra algebra) {
        for (List<TensorId> order : Algebra.orders(node)) {
            Algebra.Scaled slope = algebra.scaled(order.get(1));
            if (slope != null && slope.x().equals(order.getFirst()) && slope.number() >= 0 && slope.number() <= 1) {
                return slope;
            }
        }
        return null;
    }

    private static Algebra.@Nullable Scaled selected(Node node, Algebra algebra) {
        Comparison comparison = Comparison.withZero(node.input(0), algebra);
        if (comparison == null) {
            return null;
        }
        TensorId positive = node.input(comparison.positiveFirst() ? 1 : 2);
        Algebra.Scaled slope = algebra.scaled(node.input(comparison.positiveFirst() ? 2 : 1));
        return slope != null && slope.x().equals(positive) && comparison.x().equals(positive) ? slope : null;
    }
}
