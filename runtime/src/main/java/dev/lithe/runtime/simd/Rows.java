package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.runtime.internal.Workers;

/// Products of a matrix of rows with packed weights.
final class Rows extends Parts {
    /// Input elements that are taken through all panels before the next ones, so that they stay in the
    /// second cache.
    private static final int BLOCK = 1 << 16;

    /// Rows below which a block is not cut for the sake of threads.
    private static final int FEW = 16;

    private final Tiles tiles;
    private final Input input;
    private final int depth;
    private final int outputs;
    private final Taps[] taps;
    private float[] x = new float[0];
    private int xStart;
    private int yStart;
    private int rows;
    private int blocks;

    /// @param input how the input is read
    /// @param depth elements of an input row
    /// @param outputs elements of an output row
    Rows(Tiles tiles, Input input, int depth, int outputs, Workers workers) {
        super(workers);
        this.input = input;
        this.tiles = tiles;
        this.depth = depth;
        this.outputs = outputs;
        this.taps = Taps.forThreads(threads(), 1);
    }

    void run(KernelContext context) {
        Tensor output = context.output(0);
        run(input.of(context), 0, output.array(), 0, output.elementCount() / Math.max(1, outputs));
    }

    /// @param from where the first input row begins
    /// @param to where the first output row goes
    void run(float[] source, int from, Object output, int to, int count) {
        x = source;
        xStart = from;
        Taps.target(taps, output);
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
            tiles.run(unit % panels, x, mine, depth, behind - row, yStart + row * outputs);
        }
    }
}
