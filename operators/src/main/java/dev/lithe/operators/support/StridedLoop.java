package dev.lithe.operators.support;

import java.util.Arrays;

/// Walks several arrays over one index space, in row-major order. Each array has a stride per dimension: 0 repeats it,
/// a negative one runs backwards. Neighbouring dimensions that all arrays pass alike are merged, so that rows are long.
public final class StridedLoop {
    private final int[] sizes;
    private final int[][] strides;

    /// One pass along the innermost dimension: `count` elements, the first of them at `at[k]` in array `k`, each next
    /// one [#step] further. `at` belongs to the loop: read it, do not keep it.
    @FunctionalInterface
    public interface Row {
        void run(int[] at, int count);
    }

    private StridedLoop(int[] sizes, int[][] strides) {
        this.sizes = sizes;
        this.strides = strides;
    }

    /// @param sizes the index space
    /// @param strides per array, one stride per dimension of `sizes`
    public static StridedLoop over(int[] sizes, int[]... strides) {
        int[] merged = new int[Math.max(1, sizes.length)];
        int[][] mergedStrides = new int[strides.length][merged.length];
        int rank = 0;
        for (int d = 0; d < sizes.length; d++) {
            if (sizes[d] == 1) {
                continue;
            }
            if (rank > 0 && continues(strides, d, sizes[d], mergedStrides, rank - 1)) {
                merged[rank - 1] *= sizes[d];
            } else {
                merged[rank++] = sizes[d];
            }
            for (int k = 0; k < strides.length; k++) {
                mergedStrides[k][rank - 1] = strides[k][d];
            }
        }
        if (rank == 0) {
            merged[rank++] = 1;
        }
        int[][] kept = new int[strides.length][];
        for (int k = 0; k < strides.length; k++) {
            kept[k] = Arrays.copyOf(mergedStrides[k], rank);
        }
        return new StridedLoop(Arrays.copyOf(merged, rank), kept);
    }

    private static boolean continues(int[][] strides, int d, int size, int[][] outer, int outerDimension) {
        for (int k = 0; k < strides.length; k++) {
            if (outer[k][outerDimension] != strides[k][d] * size) {
                return false;
            }
        }
        return true;
    }

    /// How far apart consecutive elements of a row lie in array `operand`.
    public int step(int operand) {
        return strides[operand][sizes.length - 1];
    }

    /// Runs `row` over the whole index space.
    ///
    /// @param starts where the first element of each array lies
    public void rows(int[] starts, Row row) {
        for (int size : sizes) {
            if (size == 0) {
                return;
            }
        }
        int innermost = sizes.length - 1;
        int[] at = starts.clone();
        int[] index = new int[innermost];
        do {
            row.run(at, sizes[innermost]);
        } while (advance(at, index, innermost - 1));
    }

    /// Runs `row` with every array from its element 0.
    public void rows(Row row) {
        rows(new int[strides.length], row);
    }

    private boolean advance(int[] at, int[] index, int from) {
        for (int d = from; d >= 0; d--) {
            boolean wraps = ++index[d] == sizes[d];
            int steps = wraps ? 1 - sizes[d] : 1;
            for (int k = 0; k < at.length; k++) {
                at[k] += strides[k][d] * steps;
            }
            if (!wraps) {
                return true;
            }
            index[d] = 0;
        }
        return false;
    }
}
