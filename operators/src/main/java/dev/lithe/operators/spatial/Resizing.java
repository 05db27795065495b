package dev.lithe.operators.spatial;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import java.util.Arrays;

/// What the two resizing operators share: `[batch, height, width, channels]` to a new height and width (input 1).
final class Resizing {
    private Resizing() {}

    static Shape infer(ShapeContext context) {
        Tensor size = context.constant(1);
        Shape input = context.input(0);
        if (input.rank() != 4) {
            throw new ShapeException("takes [batch, height, width, channels], not " + input);
        }
        return size == null
                ? Shape.of(input.dimension(0), Shape.UNKNOWN, Shape.UNKNOWN, input.dimension(3))
                : resized(input, size);
    }

    private static Shape resized(Shape input, Tensor size) {
        int[] sizes = ShapeValues.of(size);
        if (sizes.length != 2 || sizes[0] <= 0 || sizes[1] <= 0) {
            throw new ShapeException("the new size " + Arrays.toString(sizes) + " is no height and width");
        }
        return Shape.of(input.dimension(0), sizes[0], sizes[1], input.dimension(3));
    }

    /// The output, in the size that was asked for.
    static Tensor output(KernelSetup setup, KernelContext context) {
        return setup.constant(1) != null
                ? context.output(0)
                : context.resize(0, resized(context.input(0).shape(), context.input(1)));
    }
}
