package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.runtime.internal.Workers;

/// Products of a matrix of rows with packed weights.
final class Rows extends Parts {
    /// Rows that are taken through all panels before the next ones, so that they stay in the nearest cache.
    private static final int BLOCK = 48;

    private final FloatTiles tiles;
    private final int depth;
    private final int outputs;
    private final Taps[] taps;
    private float[] x = new float[0];
    private float[] y = x;
    private int rows;

    /// @param depth elements of an input row
    /// @param outputs elements of an output row
    Rows(FloatTiles tiles, int depth, int outputs, Workers workers) {
        super(workers);
        this.tiles = tiles;
        this.depth = depth;
        this.outputs = outputs;
        this.taps = Taps.forThreads(threads(), 1);
    }

    void run(Tensor input, Tensor output) {
        x = input.floats();
        y = output.floats();
        rows = output.elementCount() / Math.max(1, outputs);
        start(rows < BLOCK ? tiles.panels() : blocks(), (long) rows * depth * outputs);
    }

    private int blocks() {
        return (rows + BLOCK - 1) / BLOCK;
    }

    /// Few rows are split by panels of outputs, many by blocks of rows.
    @Override
    void range(int first, int end, int thread) {
        Taps mine = taps[thread];
        if (rows < BLOCK) {
            mine.only(0, depth);
            for (int panel = first; panel < end; panel++) {
                tiles.run(panel, x, mine, depth, rows, y, 0);
            }
            return;
        }
        int blocks = blocks();
        for (int block = first; block < end; block++) {
            int row = (int) ((long) rows * block / blocks);
            int behind = (int) ((long) rows * (block + 1) / blocks);
            mine.only(row * depth, depth);
            tiles.run(x, mine, depth, behind - row, y, row * outputs);
        }
    }
}
