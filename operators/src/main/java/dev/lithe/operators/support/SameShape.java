package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import java.util.List;

/// The shape rule of operators whose inputs and output all have the same shape.
public final class SameShape {
    private SameShape() {}

    /// The common shape of all inputs, with what any of them knows.
    ///
    /// @throws ShapeException where two differ
    public static List<Shape> infer(ShapeContext context) {
        Shape common = context.input(0);
        for (int i = 1; i < context.inputCount(); i++) {
            common = common(common, context.input(i));
        }
        return List.of(common);
    }

    /// @throws ShapeException where the two differ
    public static Shape common(Shape a, Shape b) {
        if (a.rank() != b.rank()) {
            throw new ShapeException(a + " and " + b + " have different ranks");
        }
        int[] sizes = a.toArray();
        for (int d = 0; d < sizes.length; d++) {
            int other = b.dimension(d);
            if (sizes[d] == Shape.UNKNOWN) {
                sizes[d] = other;
            } else if (other != Shape.UNKNOWN && other != sizes[d]) {
                throw new ShapeException(a + " and " + b + " differ");
            }
        }
        return Shape.of(sizes);
    }
}
