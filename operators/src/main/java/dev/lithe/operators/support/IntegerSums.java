package dev.lithe.operators.support;

import java.util.Arrays;

/// The integer sums of one output position. Sums of 16-bit activations are 64 bits wide; they are gathered in 32
/// bits as long as nothing can overflow.
public final class IntegerSums {
    /// 16-bit by 8-bit products stay below 2^22, so 2^8 of them stay below 2^30.
    private static final int SAFE_PRODUCTS = 256;

    private final int[] sums;
    private final long[] wideSums;
    private final boolean wide;
    private int gathered;

    /// @param wide whether the sums are 64 bits wide; otherwise they wrap at 32
    public IntegerSums(int outputs, boolean wide) {
        this.sums = new int[outputs];
        this.wideSums = new long[wide ? outputs : 0];
        this.wide = wide;
    }

    public void clear() {
        Arrays.fill(sums, 0);
        if (wide) {
            Arrays.fill(wideSums, 0);
            gathered = 0;
        }
    }

    /// As [WeightRows#accumulate(int\[\], int\[\]\[\], int, int\[\], int, int)].
    public void add(int[][] rows, int row, int[] x, int from, int count) {
        if (!wide) {
            WeightRows.accumulate(sums, rows, row, x, from, count);
            return;
        }
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, SAFE_PRODUCTS - gathered);
            WeightRows.accumulate(sums, rows, row + done, x, from + done, part);
            done += part;
            gathered += part;
            if (gathered == SAFE_PRODUCTS) {
                widen();
            }
        }
    }

    /// Adds `x[o] * weights[o]` to each sum.
    public void add(int[] x, int[] weights) {
        WeightRows.accumulate(sums, x, weights);
        if (wide && ++gathered == SAFE_PRODUCTS) {
            widen();
        }
    }

    /// Hands the sums to `stage`; see [OutputStage#store(int\[\], int, int, int)].
    public void store(OutputStage stage, int channel, int slice, int at) {
        if (wide) {
            widen();
            stage.store(wideSums, channel, at);
        } else {
            stage.store(sums, channel, slice, at);
        }
    }

    private void widen() {
        for (int o = 0; o < sums.length; o++) {
            wideSums[o] += sums[o];
        }
        Arrays.fill(sums, 0);
        gathered = 0;
    }
}
