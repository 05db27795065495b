package dev.lithe.runtime.simd;

import dev.lithe.runtime.internal.Workers;

/// Products of a matrix of rows with packed weights.
final class Rows {
    /// Rows that are taken through all panels before the next ones, so that they stay in the first cache.
    private static final int BLOCK = 48;

    private Rows() {}

    /// @param depth elements of an input row
    /// @param outputs elements of an output row
    static void run(FloatTiles tiles, float[] x, float[] y, int rows, int depth, int outputs, Workers workers) {
        long work = (long) rows * depth * outputs;
        if (rows < BLOCK) {
            Parts.run(workers, tiles.panels(), work, (first, end) -> {
                Taps taps = new Taps(1);
                taps.add(0, 0, depth);
                for (int panel = first; panel < end; panel++) {
                    tiles.run(panel, x, taps, depth, rows, y, 0);
                }
            });
            return;
        }
        int blocks = (rows + BLOCK - 1) / BLOCK;
        Parts.run(workers, blocks, work, (first, end) -> {
            Taps taps = new Taps(1);
            for (int block = first; block < end; block++) {
                int row = block * BLOCK;
                taps.clear();
                taps.add(row * depth, 0, depth);
                tiles.run(x, taps, depth, Math.min(BLOCK, rows - row), y, row * outputs);
            }
        });
    }
}
