package dev.lithe.operators.pooling;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import java.util.function.IntConsumer;

/// The window of a pooling operator and how it moves. What it covers outside of the input does not count.
public record PoolingWindow(Padding padding, int strideHeight, int strideWidth, int filterHeight, int filterWidth) {
    static PoolingWindow of(Pool2DOptions options) {
        return new PoolingWindow(
                options.padding(), options.strideH(), options.strideW(), options.filterHeight(), options.filterWidth());
    }

    Pool2DOptions options(ActivationFunctionType activation) {
        return new Pool2DOptions(padding, strideWidth, strideHeight, filterWidth, filterHeight, activation);
    }

    /// `[batch, height, width, channels]` to the same with one position per window.
    Shape outputShape(Shape input) {
        if (input.rank() != 4) {
            throw new ShapeException("a pool takes [batch, height, width, channels], not " + input);
        }
        if (filterHeight <= 0 || filterWidth <= 0) {
            throw new ShapeException("a window of " + filterHeight + " x " + filterWidth + " covers nothing");
        }
        return Shape.of(
                input.dimension(0),
                SpatialPadding.outputSize(padding, input.dimension(1), filterHeight, strideHeight, 1),
                SpatialPadding.outputSize(padding, input.dimension(2), filterWidth, strideWidth, 1),
                input.dimension(3));
    }

    /// What is done with the window at one position, once all that it covers has been seen.
    @FunctionalInterface
    interface Finish {
        /// @param output the index of the first channel of the output position
        /// @param count how many input positions were covered
        void run(int output, int count);
    }

    /// Visits all positions of the window, outputs in order: `cover` gets the index of the first channel of each input
    /// position that is covered, row by row, then `finish` is called.
    void positions(Shape input, IntConsumer cover, Finish finish) {
        int height = input.dimension(1);
        int width = input.dimension(2);
        int channels = input.dimension(3);
        SpatialPadding rows = SpatialPadding.of(padding, height, filterHeight, strideHeight, 1);
        SpatialPadding columns = SpatialPadding.of(padding, width, filterWidth, strideWidth, 1);
        int output = 0;
        for (int batch = 0; batch < input.dimension(0); batch++) {
            for (int y = 0; y < rows.outputSize(); y++) {
                int top = y * strideHeight - rows.before();
                int bottom = Math.min(top + filterHeight, height);
                for (int x = 0; x < columns.outputSize(); x++, output += channels) {
                    int left = x * strideWidth - columns.before();
                    int right = Math.min(left + filterWidth, width);
                    for (int h = Math.max(top, 0); h < bottom; h++) {
                        for (int w = Math.max(left, 0); w < right; w++) {
                            cover.accept(((batch * height + h) * width + w) * channels);
                        }
                    }
                    finish.run(output, (bottom - Math.max(top, 0)) * (right - Math.max(left, 0)));
                }
            }
        }
    }
}
