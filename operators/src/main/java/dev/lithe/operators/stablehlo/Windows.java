package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import java.util.Arrays;
import java.util.concurrent.CancellationException;

/// Windows that move over a tensor with margins, each reduced to one element.
///
/// @param window the size of a window per dimension, `strides` how far apart windows are, `dilations` how far apart
///        the elements of a window
record Windows(Margins margins, int[] window, int[] strides, int[] dilations) {
    private static final int MOST_DIMENSIONS = 6;

    /// @param padding before and after, per dimension
    /// @throws ShapeException where there is no such window
    static Windows of(
            Shape input, long[] window, long[] strides, long[] baseDilations, long[] dilations, long[] padding) {
        int rank = input.rank();
        if (rank < 1 || rank > MOST_DIMENSIONS || padding.length != 2 * rank) {
            throw new ShapeException("windows over " + input + " with paddings " + Arrays.toString(padding));
        }
        long[] low = new long[rank];
        long[] high = new long[rank];
        long[] between = new long[rank];
        int[] dilated = positive("base dilations", baseDilations, rank);
        for (int d = 0; d < rank; d++) {
            low[d] = padding[2 * d];
            high[d] = padding[2 * d + 1];
            between[d] = dilated[d] - 1L;
        }
        Margins margins = Margins.of(input, low, high, between);
        boolean cropped = Arrays.stream(padding).anyMatch(p -> p != 0);
        if (cropped && Arrays.stream(margins.sizes()).anyMatch(size -> size == 0)) {
            throw new ShapeException("paddings " + Arrays.toString(padding) + " leave nothing of " + input);
        }
        return new Windows(
                margins,
                positive("window sizes", window, rank),
                positive("window strides", strides, rank),
                positive("window dilations", dilations, rank));
    }

    private static int[] positive(String name, long[] values, int rank) {
        if (values.length != rank) {
            throw new ShapeException(values.length + " " + name + " for " + rank + " dimensions");
        }
        int[] ints = new int[rank];
        for (int d = 0; d < rank; d++) {
            if (values[d] < 1 || values[d] > Integer.MAX_VALUE) {
                throw new ShapeException(name + " " + Arrays.toString(values) + ": they have to be above 0");
            }
            ints[d] = (int) values[d];
        }
        return ints;
    }

    /// How many windows there are per dimension.
    Shape output() {
        int[] sizes = margins.sizes().clone();
        for (int d = 0; d < sizes.length; d++) {
            long extent = (window[d] - 1L) * dilations[d] + 1;
            if (sizes[d] != Shape.UNKNOWN) {
                sizes[d] = sizes[d] < extent ? 0 : (int) ((sizes[d] - extent) / strides[d] + 1);
            }
        }
        return Shape.of(sizes);
    }

    /// Reduces every window, from the element of `init` on, which also stands wherever there is none of `x`.
    ///
    /// @throws CancellationException where the thread is interrupted
    void reduce(Tensor x, Tensor init, Tensor y, Combination.Step step) {
        if (init.elementCount() != 1) {
            throw new IllegalArgumentException("the first value is " + init + ", not one element");
        }
        if (y.elementCount() == 0) {
            return;
        }
        int rank = window.length;
        int[] sizes = x.shape().toArray();
        int[] inputStrides = ElementCopy.strides(x.shape());
        int[] outputs = y.shape().toArray();
        int[] place = new int[rank];
        int[] inner = new int[rank];
        int to = 0;
        do {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted between two windows"); // they may be many, and large
            }
            ElementCopy.run(init, 0, y, to, 1);
            do {
                int from = 0;
                for (int d = 0; d < rank && from >= 0; d++) {
                    // Each product is below the padded size, which is an int.
                    int at = source(d, place[d] * strides[d] + inner[d] * dilations[d], sizes[d]);
                    from = at < 0 ? -1 : from + at * inputStrides[d];
                }
                step.run(y, to, from < 0 ? init : x, Math.max(from, 0), y, to);
            } while (IndexVectors.next(inner, window));
            to++;
        } while (IndexVectors.next(place, outputs));
    }

    /// The element of dimension `d` that stands at `position` between the margins, or -1.
    private int source(int d, int position, int size) {
        long offset = (long) position - margins.low()[d];
        long at = offset / margins.step()[d];
        return offset < 0 || at >= size || at * margins.step()[d] != offset ? -1 : (int) at;
    }
}
