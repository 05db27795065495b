package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;
import java.util.Arrays;

/// A tensor with elements put between its own and around them: element `i` of dimension `d` comes to stand at
/// `low[d] + i * step[d]`. Negative margins take elements away.
///
/// @param sizes the sizes with all that is added
record Margins(int[] low, int[] step, int[] sizes) {
    /// @param between how many elements are put between two, per dimension
    /// @throws ShapeException where lists are of other lengths than the rank, or numbers are negative that can't be
    /// @throws ArithmeticException where a size would not fit into 32 bits
    static Margins of(Shape input, long[] low, long[] high, long[] between) {
        int rank = input.rank();
        if (low.length != rank || high.length != rank || between.length != rank) {
            throw new ShapeException("paddings " + Arrays.toString(low) + ", " + Arrays.toString(high) + " and "
                    + Arrays.toString(between) + " for " + input);
        }
        int[] lows = new int[rank];
        int[] steps = new int[rank];
        int[] sizes = new int[rank];
        for (int d = 0; d < rank; d++) {
            if (between[d] < 0) {
                throw new ShapeException(between[d] + " elements between two");
            }
            lows[d] = Math.toIntExact(low[d]);
            steps[d] = Math.toIntExact(between[d] + 1);
            int size = input.dimension(d);
            long inner = size + Math.max(0L, size - 1L) * between[d];
            sizes[d] = size == Shape.UNKNOWN
                    ? Shape.UNKNOWN
                    : Math.max(0, Math.toIntExact(Math.addExact(Math.addExact(inner, low[d]), high[d])));
        }
        return new Margins(lows, steps, sizes);
    }

    /// The first element of dimension `d` that is not taken away.
    int first(int d) {
        return low[d] >= 0 ? 0 : (int) -Math.floorDiv((long) low[d], (long) step[d]);
    }

    /// How many of `size` elements of dimension `d`, from the first on, are not taken away.
    int count(int d, int size) {
        long last = Math.min(size - 1L, Math.floorDiv(sizes[d] - 1L - low[d], (long) step[d]));
        return (int) Math.max(0, last - first(d) + 1);
    }
}
