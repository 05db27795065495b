package dev.lithe.operators.convolution;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.Padding;

/// How a window moves over an image.
record WindowOptions(Padding padding, int strideHeight, int strideWidth, int dilationHeight, int dilationWidth) {
    /// The output's shape: `[batch, height, width, channels]`.
    ///
    /// @param filter `[_, height, width, _]`
    Shape outputShape(Shape input, Shape filter, int channels) {
        return Shape.of(
                input.dimension(0),
                SpatialPadding.outputSize(
                        padding, input.dimension(1), filter.dimension(1), strideHeight, dilationHeight),
                SpatialPadding.outputSize(padding, input.dimension(2), filter.dimension(2), strideWidth, dilationWidth),
                channels);
    }

    SpatialPadding vertical(Shape input, Shape filter) {
        return SpatialPadding.of(padding, input.dimension(1), filter.dimension(1), strideHeight, dilationHeight);
    }

    SpatialPadding horizontal(Shape input, Shape filter) {
        return SpatialPadding.of(padding, input.dimension(2), filter.dimension(2), strideWidth, dilationWidth);
    }

    /// @throws ShapeException where input or weights are not of rank 4
    static void requireImages(Shape input, Shape weights) {
        if (input.rank() != 4 || weights.rank() != 4) {
            throw new ShapeException("input and weights need 4 dimensions each, not " + input + " and " + weights);
        }
    }
}
