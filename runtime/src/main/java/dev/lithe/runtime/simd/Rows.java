package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.runtime.internal.Workers;

/// Products of a matrix of rows with packed weights.
final class Rows extends Parts {
    /// Input elements that are taken through all panels before the next ones, so that they stay in the second cache.
    private static final int BLOCK = 1 << 16;

    /// Rows below which a block is not cut for the sake of threads.
    private static final int FEW = 16;

    private final FloatTiles tiles;
    private final int depth;
    private final int outputs;
    private final Taps[] taps;
    private float[] x = new float[0];
    private float[] y = x;
    private int xStart;
    private int yStart;
    private int rows;
    private int blocks;

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
        run(input.floats(), 0, output.floats(), 0, output.elementCount() / Math.max(1, outputs));
    }

    /// @param from where the first input row begins
    /// @param to where the first output row goes
    void run(float[] input, int from, float[] output, int to, int count) {
        x = input;
        xStart = from;
        y = output;
        yStart = to;
        rows = count;
        blocks = blocks();
        start(blocks * tiles.panels(), (long) rows * depth * outputs);
    }

    private int blocks() {
        int forCache = Math.ceilDiv((int) Math.min(Integer.MAX_VALUE, (long) rows * depth), BLOCK);
        int forThreads = threads() == 1 ? 1 : Math.min(rows / FEW, mostParts() / Math.max(1, tiles.panels()));
        return Math.max(1, Math.min(rows, Math.max(forCache, forThreads)));
    }

    /// A unit is one panel of outputs for one block of rows.
    @Override
    void range(int first, int end, int thread) {
        Taps mine = taps[thread];
        int panels = tiles.panels();
        for (int unit = first; unit < end; unit++) {
            int block = unit / panels;
            int row = (int) ((long) rows * block / blocks);
            int behind = (int) ((long) rows * (block + 1) / blocks);
            mine.only(xStart + row * depth, depth);
            tiles.run(unit % panels, x, mine, depth, behind - row, y, yStart + row * outputs);
        }
    }
}
