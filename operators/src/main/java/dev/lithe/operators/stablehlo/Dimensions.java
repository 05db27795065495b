package dev.lithe.operators.stablehlo;

import dev.lithe.operators.ShapeException;
import dev.lithe.schema.Longs;
import java.util.Arrays;

/// Lists of dimensions and sizes in options, checked.
final class Dimensions {
    private Dimensions() {}

    /// `values` as numbers of 32 bits.
    ///
    /// @throws ShapeException where one is too large
    static int[] ints(String name, Longs values) {
        int[] ints = new int[values.size()];
        for (int i = 0; i < ints.length; i++) {
            long value = values.get(i);
            if (value != (int) value) {
                throw new ShapeException(name + " holds " + value + ", which is no 32-bit number");
            }
            ints[i] = (int) value;
        }
        return ints;
    }

    /// Dimensions of a tensor of `rank`, each at most once. Marked in an array as long as the rank.
    ///
    /// @throws ShapeException where there is no such dimension, or it stands there twice
    static boolean[] marked(String name, Longs dimensions, int rank) {
        boolean[] marked = new boolean[rank];
        for (int d : among(name, dimensions, rank)) {
            if (marked[d]) {
                throw new ShapeException(name + " holds " + d + " twice");
            }
            marked[d] = true;
        }
        return marked;
    }

    /// Dimensions of a tensor of `rank`.
    ///
    /// @throws ShapeException where there is no such dimension
    static int[] among(String name, Longs dimensions, int rank) {
        int[] ints = ints(name, dimensions);
        for (int d : ints) {
            if (d < 0 || d >= rank) {
                throw new ShapeException(name + " holds " + d + ", there are " + rank + " dimensions");
            }
        }
        return ints;
    }

    /// The dimensions that are marked, or those that are not.
    static int[] where(boolean[] marked, boolean value) {
        int[] found = new int[marked.length];
        int count = 0;
        for (int d = 0; d < marked.length; d++) {
            if (marked[d] == value) {
                found[count++] = d;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /// The elements of `values` at `places`.
    static int[] pick(int[] values, int[] places) {
        int[] picked = new int[places.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[places[i]];
        }
        return picked;
    }
}
