package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.Padding;

/// A sliding window over a batch of images: where it begins, which of its taps lie inside the image, and
/// which output columns have all of them.
final class Window {
    /// Over nothing: what a workspace has before its first run.
    static final Window NONE = new Window(Shape.of(0, 0, 0, 0), 1, 1, Padding.VALID, 1, 1, 1, 1);

    private final Shape input;
    final int images;
    final int inputHeight;
    final int inputWidth;
    final int channels;
    final int filterHeight;
    final int filterWidth;
    final int outputHeight;
    final int outputWidth;
    final int strideWidth;
    final int dilationWidth;
    private final int strideHeight;
    private final int dilationHeight;
    private final int padTop;
    private final int padLeft;

    Window(
            Shape input,
            int filterHeight,
            int filterWidth,
            Padding padding,
            int strideHeight,
            int strideWidth,
            int dilationHeight,
            int dilationWidth) {
        this.input = input;
        this.images = input.dimension(0);
        this.inputHeight = input.dimension(1);
        this.inputWidth = input.dimension(2);
        this.channels = input.dimension(3);
        this.filterHeight = filterHeight;
        this.filterWidth = filterWidth;
        this.strideHeight = strideHeight;
        this.strideWidth = strideWidth;
        this.dilationHeight = dilationHeight;
        this.dilationWidth = dilationWidth;
        SpatialPadding rows = SpatialPadding.of(padding, inputHeight, filterHeight, strideHeight, dilationHeight);
        SpatialPadding columns = SpatialPadding.of(padding, inputWidth, filterWidth, strideWidth, dilationWidth);
        this.outputHeight = rows.outputSize();
        this.outputWidth = columns.outputSize();
        this.padTop = rows.before();
        this.padLeft = columns.before();
    }

    int taps() {
        return filterHeight * filterWidth;
    }

    /// Whether this is the window over an input of this shape.
    boolean isOver(Shape shape) {
        return input.equals(shape) && images > 0;
    }

    /// The input row, counted over all images, that tap row `fy` reads for output row `row`, which is counted
    /// in the same way; -1 where it lies outside of the image.
    int inputRow(int row, int fy) {
        int image = row / outputHeight;
        int inside = (row - image * outputHeight) * strideHeight - padTop + fy * dilationHeight;
        return inside < 0 || inside >= inputHeight ? -1 : image * inputHeight + inside;
    }

    /// The input column of tap column 0 for output column `ox`; may be negative.
    int left(int ox) {
        return ox * strideWidth - padLeft;
    }

    /// The first tap column inside the image for a window at `left`.
    int firstTap(int left) {
        return left >= 0 ? 0 : Math.min(filterWidth, (-left + dilationWidth - 1) / dilationWidth);
    }

    /// Behind the last tap column inside the image.
    int endTap(int left) {
        return left >= inputWidth ? 0 : Math.min(filterWidth, (inputWidth - 1 - left) / dilationWidth + 1);
    }

    private boolean isInside(int ox) {
        int left = left(ox);
        return firstTap(left) == 0 && endTap(left) == filterWidth;
    }

    /// How many output columns from `ox` on have all their tap columns inside the image; 0 where `ox` has
    /// not.
    int insideFrom(int ox) {
        int end = ox;
        while (end < outputWidth && isInside(end)) {
            end++;
        }
        return end - ox;
    }
}
