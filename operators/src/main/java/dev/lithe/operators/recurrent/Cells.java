package dev.lithe.operators.recurrent;

import dev.lithe.graph.Shape;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.Tolerance;
import dev.lithe.schema.TensorType;
import java.util.List;

/// What all recurrent operators have in common.
final class Cells {
    /// LiteRT sums floats up in an order that depends on the machine, and approximates logistic and tanh; a state
    /// carries the difference on.
    static final Tolerance TOLERANCE = new Tolerance(1e-5, 0);

    private Cells() {}

    /// 2 for float inputs with 8-bit weights, 3 where they are quantized asymmetrically, else 1.
    ///
    /// @param weights the input that stands for all weights
    static int version(NodeView node, int weights, boolean asymmetric) {
        boolean hybrid = node.input(0).type() == TensorType.FLOAT32
                && node.hasInput(weights)
                && node.input(weights).type() == TensorType.INT8;
        return hybrid ? asymmetric ? 3 : 2 : 1;
    }

    /// The outputs of an operator with two directions, over the sequences `input`.
    static List<Shape> outputs(Shape input, int forward, int backward, boolean merged, int count) {
        if (count != (merged ? 1 : 2)) {
            throw new ShapeException(
                    "has " + count + " outputs where " + (merged ? "one is merged" : "each direction has one"));
        }
        if (!merged) {
            return List.of(input.withDimension(2, forward), input.withDimension(2, backward));
        }
        boolean known = forward != Shape.UNKNOWN && backward != Shape.UNKNOWN;
        return List.of(input.withDimension(2, known ? Math.addExact(forward, backward) : Shape.UNKNOWN));
    }
}
