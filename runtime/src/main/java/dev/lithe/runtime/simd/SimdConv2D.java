package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// CONV_2D in float without groups.
final class SimdConv2D implements Kernel {
    private final Conv2D op;
    private final FloatTiles tiles;
    private final int depth;
    private final int outputs;
    private final boolean pointwise;
    private final Workers workers;

    private SimdConv2D(Conv2D op, FloatTiles tiles, int depth, int outputs, boolean pointwise, Workers workers) {
        this.op = op;
        this.tiles = tiles;
        this.depth = depth;
        this.outputs = outputs;
        this.pointwise = pointwise;
        this.workers = workers;
    }

    static Kernel of(Conv2D op, KernelSetup setup, Workers workers) {
        Tensor weights = Objects.requireNonNull(setup.constant(1));
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        int outputs = weights.shape().dimension(0);
        int depth = weights.shape().flatSize(1, 4);
        PackedWeights packed = PackedWeights.ofRows(weights.floats(), outputs, depth, values(bias));
        boolean pointwise = weights.shape().flatSize(1, 3) == 1 && op.strideHeight() == 1 && op.strideWidth() == 1;
        FloatTiles tiles = new FloatTiles(packed, FusedActivation.floatBounds(op.activation()));
        return new SimdConv2D(op, tiles, depth, outputs, pointwise, workers);
    }

    static float @Nullable [] values(@Nullable Tensor bias) {
        return bias == null ? null : bias.floats();
    }

    @Override
    public void run(KernelContext context) {
        float[] x = context.input(0).floats();
        float[] y = context.output(0).floats();
        if (pointwise) {
            int pixels = context.output(0).elementCount() / Math.max(1, outputs);
            Rows.run(tiles, x, y, pixels, depth, outputs, workers);
            return;
        }
        Window window = new Window(
                context.input(0).shape(),
                context.input(1).shape(),
                op.padding(),
                op.strideHeight(),
                op.strideWidth(),
                op.dilationHeight(),
                op.dilationWidth());
        int rows = window.images * window.outputHeight;
        Parts.run(workers, rows, (long) rows * window.outputWidth * outputs * depth, (first, end) -> {
            Taps taps = new Taps(window.taps());
            for (int row = first; row < end; row++) {
                runRow(window, row, taps, x, y);
            }
        });
    }

    /// One row of outputs: columns whose taps are cut off at the edge one by one, those in between together.
    private void runRow(Window window, int row, Taps taps, float[] x, float[] y) {
        int step = window.strideWidth * window.channels;
        int at = row * window.outputWidth * outputs;
        for (int ox = 0; ox < window.outputWidth; ) {
            locate(window, row, ox, taps);
            int pixels = Math.max(1, window.insideFrom(ox));
            tiles.run(x, taps, step, pixels, y, at + ox * outputs);
            ox += pixels;
        }
    }

    private static void locate(Window window, int row, int ox, Taps taps) {
        int image = row / window.outputHeight;
        int oy = row % window.outputHeight;
        int left = window.left(ox);
        int firstX = window.firstTap(left);
        int endX = window.endTap(left);
        int channels = window.channels;
        taps.clear();
        for (int fy = 0; fy < window.filterHeight; fy++) {
            int inputRow = window.inputRow(oy, fy);
            if (inputRow < 0 || firstX >= endX) {
                continue;
            }
            int start = (image * window.inputHeight + inputRow) * window.inputWidth + left;
            int tap = fy * window.filterWidth;
            if (window.dilationWidth == 1) {
                taps.add((start + firstX) * channels, (tap + firstX) * channels, (endX - firstX) * channels);
                continue;
            }
            for (int fx = firstX; fx < endX; fx++) {
                taps.add((start + fx * window.dilationWidth) * channels, (tap + fx) * channels, channels);
            }
        }
    }
}
