package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// `(a - b)²`, where nobody else reads the difference, is SQUARED_DIFFERENCE.
public final class RecognizeSquaredDifference extends PatternPass {
    @Override
    public String name() {
        return "recognize SQUARED_DIFFERENCE";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        boolean square = node.code().builtin() == BuiltinOperator.SQUARE
                || (node.code().builtin() == BuiltinOperator.MUL
                        && Algebra.isPlain(node)
                        && node.input(0).equals(node.input(1)));
        if (!square) {
            return null;
        }
        TensorId inner = node.input(0);
        Node difference = new Algebra(view).made(inner, BuiltinOperator.SUB);
        boolean alone = view.consumers(inner).size() == 1 && !view.isOutput(inner);
        return difference != null && alone && isWithinReach(difference, view)
                ? patch -> patch.replace(
                        node.id(),
                        Nodes.inPlaceOf(
                                node,
                                BuiltinOperator.SQUARED_DIFFERENCE,
                                null,
                                difference.input(0),
                                difference.input(1)))
                : null;
    }

    /// LiteRT's kernel broadcasts over four dimensions at most.
    private static boolean isWithinReach(Node difference, GraphView view) {
        Shape shape = view.output(difference).declaredShape();
        return view.output(difference).isRanked() && shape.rank() <= 4
                || difference.inputs().stream()
                        .allMatch(id -> view.tensor(id).declaredShape().equals(shape) && shape.isKnown());
    }
}
