package dev.lithe.runtime.simd;

import java.util.Arrays;

/// What an output reads, as runs of input elements that follow each other in the input and in the weights.
final class Taps {
    /// For each run, where it begins in the input.
    final int[] from;
    /// For each run, where it begins in the weights.
    final int[] row;
    /// For each run, its length.
    final int[] count;

    /// Room for the sums of the outputs that are computed together.
    final float[] sums = new float[FloatTiles.LARGEST_TILE];
    /// The same as integers.
    final int[] integers = new int[FloatTiles.LARGEST_TILE];

    /// Where outputs go, one of the two.
    float[] floats = {};

    byte[] bytes = {};

    int runs;

    Taps(int most) {
        from = new int[most];
        row = new int[most];
        count = new int[most];
    }

    /// Taps for each of `threads` threads.
    static Taps[] forThreads(int threads, int most) {
        Taps[] taps = new Taps[threads];
        Arrays.setAll(taps, i -> new Taps(most));
        return taps;
    }

    /// Lets outputs go to `array`, floats or bytes.
    static void target(Taps[] taps, Object array) {
        for (Taps each : taps) {
            if (array instanceof float[] target) {
                each.floats = target;
            } else {
                each.bytes = (byte[]) array;
            }
        }
    }

    /// One run from `start` on, with the weights from the first one on.
    void only(int start, int length) {
        clear();
        add(start, 0, length);
    }

    void clear() {
        runs = 0;
    }

    void add(int start, int firstRow, int length) {
        from[runs] = start;
        row[runs] = firstRow;
        count[runs] = length;
        runs++;
    }
}
