package dev.lithe.operators.support;

/// Weights laid out for kernels that add one input element to all outputs at a time: one array per input element,
/// holding its weight for each output. The sums of each output grow in the order of the input elements, multiply
/// then add, as in LiteRT's reference kernels; only different outputs run side by side, which the JIT turns into
/// vector instructions.
public final class WeightRows {
    private WeightRows() {}

    /// Rows of weights stored output by output: element `[g * outputs + o][k]` goes to row `g * depth + k`, place `o`.
    ///
    /// @param groups groups of outputs that read different inputs; 1 as a rule
    /// @param outputs outputs of one group
    /// @param depth input elements that an output reads
    public static float[][] transposed(float[] weights, int groups, int outputs, int depth) {
        float[][] rows = new float[groups * depth][outputs];
        for (int group = 0; group < groups; group++) {
            for (int output = 0; output < outputs; output++) {
                int source = (group * outputs + output) * depth;
                for (int k = 0; k < depth; k++) {
                    rows[group * depth + k][output] = weights[source + k];
                }
            }
        }
        return rows;
    }

    /// The same for 8-bit weights, with the zero point taken off.
    ///
    /// @param unsigned whether the bytes stand for 0 to 255
    public static int[][] transposed(
            byte[] weights, int groups, int outputs, int depth, boolean unsigned, int zeroPoint) {
        int mask = unsigned ? 255 : -1;
        int[][] rows = new int[groups * depth][outputs];
        for (int group = 0; group < groups; group++) {
            for (int output = 0; output < outputs; output++) {
                int source = (group * outputs + output) * depth;
                for (int k = 0; k < depth; k++) {
                    rows[group * depth + k][output] = (weights[source + k] & mask) - zeroPoint;
                }
            }
        }
        return rows;
    }

    /// Rows of weights that are stored row by row already.
    public static float[][] of(float[] weights, int rows, int outputs) {
        return transposed(weights, rows, outputs, 1);
    }

    /// The same for 8-bit weights, with the zero point taken off.
    public static int[][] of(byte[] weights, int rows, int outputs, boolean unsigned, int zeroPoint) {
        return transposed(weights, rows, outputs, 1, unsigned, zeroPoint);
    }

    /// Adds `x[from + k] * rows[row + k][o]` to each `sums[o]`, for `k` from 0 to `count` in this order.
    public static void accumulate(float[] sums, float[][] rows, int row, float[] x, int from, int count) {
        int k = 0;
        for (; k + 4 <= count; k += 4) {
            int r = row + k;
            int i = from + k;
            add(sums, rows[r], rows[r + 1], rows[r + 2], rows[r + 3], x[i], x[i + 1], x[i + 2], x[i + 3]);
        }
        for (; k < count; k++) {
            add(sums, rows[row + k], x[from + k]);
        }
    }

    /// The same in integers, wrapping where it overflows.
    public static void accumulate(int[] sums, int[][] rows, int row, int[] x, int from, int count) {
        int k = 0;
        for (; k + 4 <= count; k += 4) {
            int r = row + k;
            int i = from + k;
            add(sums, rows[r], rows[r + 1], rows[r + 2], rows[r + 3], x[i], x[i + 1], x[i + 2], x[i + 3]);
        }
        for (; k < count; k++) {
            add(sums, rows[row + k], x[from + k]);
        }
    }

    /// Adds `x[o] * weights[o]` to each `sums[o]`.
    public static void accumulate(float[] sums, float[] x, float[] weights) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x[o] * weights[o];
        }
    }

    /// The same in integers.
    public static void accumulate(int[] sums, int[] x, int[] weights) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x[o] * weights[o];
        }
    }

    private static void add(
            float[] sums, float[] w0, float[] w1, float[] w2, float[] w3, float x0, float x1, float x2, float x3) {
        for (int o = 0; o < sums.length; o++) {
            // Java neither reorders this nor fuses a multiplication with an addition.
            sums[o] = (((sums[o] + x0 * w0[o]) + x1 * w1[o]) + x2 * w2[o]) + x3 * w3[o];
        }
    }

    private static void add(float[] sums, float[] w, float x) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x * w[o];
        }
    }

    private static void add(int[] sums, int[] w0, int[] w1, int[] w2, int[] w3, int x0, int x1, int x2, int x3) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x0 * w0[o] + x1 * w1[o] + x2 * w2[o] + x3 * w3[o];
        }
    }

    private static void add(int[] sums, int[] w, int x) {
        for (int o = 0; o < sums.length; o++) {
            sums[o] += x * w[o];
        }
    }
}
