package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SubOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes NEG, for which there is no integer kernel, into its neighbours:
///
///     a + (-b) = a - b      (-a) + b = b - a      a - (-b) = a + b      -(-a) = a      -(a - b) = b - a
///
/// The last one only where nobody else reads the difference.
public final class RemoveNegations extends PatternPass {
    @Override
    public String name() {
        return "take negations into sums";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.outputs().size() != 1 || !GraphView.isFloat(view.output(node))) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        return switch (node.code().builtin()) {
            case ADD -> sum(node, algebra);
            case SUB -> {
                Node negation = algebra.made(node.input(1), BuiltinOperator.NEG);
                yield negation == null ? null : add(node, node.input(0), negation.input(0));
            }
            case NEG -> negation(node, algebra);
            default -> null;
        };
    }

    private static @Nullable Change sum(Node node, Algebra algebra) {
        for (List<TensorId> order : Algebra.orders(node)) {
            Node negation = algebra.made(order.get(1), BuiltinOperator.NEG);
            if (negation != null) {
                return subtract(node, order.getFirst(), negation.input(0));
            }
        }
        return null;
    }

    private static @Nullable Change negation(Node node, Algebra algebra) {
        TensorId from = node.input(0);
        Node twice = algebra.made(from, BuiltinOperator.NEG);
        if (twice != null) {
            return RemoveIdentities.remove(node, twice.input(0), node.output(0), algebra.view());
        }
        Node difference = algebra.made(from, BuiltinOperator.SUB);
        return difference != null && algebra.view().hasSingleUse(from)
                ? subtract(node, difference.input(1), difference.input(0))
                : null;
    }

    private static Change subtract(Node node, TensorId a, TensorId b) {
        SubOptions options = new SubOptions(activation(node), true);
        return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.SUB, options, a, b));
    }

    private static Change add(Node node, TensorId a, TensorId b) {
        AddOptions options = new AddOptions(activation(node), true);
        return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.ADD, options, a, b));
    }

    private static ActivationFunctionType activation(Node node) {
        ActivationFunctionType activation = Affine.activation(node);
        return activation == null ? ActivationFunctionType.NONE : activation;
    }
}
