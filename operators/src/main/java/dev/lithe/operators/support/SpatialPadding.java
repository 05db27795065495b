package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.Padding;

/// How a sliding window lies along one spatial dimension: how many positions it takes, and how far it reaches over the
/// edges. SAME padding puts the odd element behind.
///
/// @param outputSize positions of the window
/// @param before elements in front of the first input element under the first window (at least 0)
/// @param after elements behind the last input element under the last window (at least 0)
public record SpatialPadding(int outputSize, int before, int after) {
    /// Kernels index positions inside a window with an int.
    private static final int LARGEST_WINDOW = 1 << 30;

    public static SpatialPadding of(Padding padding, int inputSize, int filterSize, int stride, int dilation) {
        int outputSize = outputSize(padding, inputSize, filterSize, stride, dilation);
        long reach = (outputSize - 1L) * stride + effectiveSize(filterSize, dilation);
        int total = Math.toIntExact(Math.max(0, reach - inputSize));
        return new SpatialPadding(outputSize, total / 2, total - total / 2);
    }

    /// How many input elements a dilated filter spans.
    public static long effectiveSize(int filterSize, int dilation) {
        return (filterSize - 1L) * dilation + 1;
    }

    /// The number of window positions; unknown where the input's (or filter's) size is.
    ///
    /// @throws ShapeException where stride, dilation or filter is not positive or the window is longer
    ///   than the input
    public static int outputSize(Padding padding, int inputSize, int filterSize, int stride, int dilation) {
        if (stride <= 0 || dilation <= 0) {
            throw new ShapeException("stride " + stride + " and dilation " + dilation + " need to be positive");
        }
        if (inputSize == Shape.UNKNOWN || filterSize == Shape.UNKNOWN) {
            return Shape.UNKNOWN;
        }
        if (filterSize == 0) {
            throw new ShapeException("a window of size 0 covers nothing");
        }
        if (effectiveSize(filterSize, dilation) > LARGEST_WINDOW) {
            throw new ShapeException("a window of " + filterSize + " with dilation " + dilation + " is too long");
        }
        long size = switch (padding) {
            case SAME -> (inputSize + stride - 1L) / stride;
            case VALID -> (inputSize + stride - effectiveSize(filterSize, dilation)) / stride;
        };
        if (size < 0) {
            throw new ShapeException("a window of " + effectiveSize(filterSize, dilation)
                    + " with VALID padding does not fit an input of " + inputSize);
        }
        return (int) size;
    }
}
