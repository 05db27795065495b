package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// CONV_2D in float without groups.
final class SimdConv2D implements Kernel {
    private final Supplier<Rows> pointwise;
    private final Supplier<Windows> windows;
    private final boolean isPointwise;

    private SimdConv2D(Conv2D op, FloatTiles tiles, int depth, int outputs, boolean isPointwise, Workers workers) {
        this.pointwise = () -> new Rows(tiles, depth, outputs, workers);
        this.windows = () -> new Windows(op, tiles, depth, outputs, workers);
        this.isPointwise = isPointwise;
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
        if (isPointwise) {
            context.workspace(pointwise).run(context.input(0), context.output(0));
        } else {
            context.workspace(windows).run(context);
        }
    }

    /// Convolutions with a window, by rows of outputs.
    private static final class Windows extends Parts {
        private final Conv2D op;
        private final FloatTiles tiles;
        private final int depth;
        private final int outputs;
        private Window window = Window.NONE;
        private Taps[] taps = {};
        private float[] x = new float[0];
        private float[] y = x;

        Windows(Conv2D op, FloatTiles tiles, int depth, int outputs, Workers workers) {
            super(workers);
            this.op = op;
            this.tiles = tiles;
            this.depth = depth;
            this.outputs = outputs;
        }

        void run(KernelContext context) {
            Shape input = context.input(0).shape();
            Shape filter = context.input(1).shape();
            if (!window.isOver(input)) {
                window = new Window(
                        input,
                        filter.dimension(1),
                        filter.dimension(2),
                        op.padding(),
                        op.strideHeight(),
                        op.strideWidth(),
                        op.dilationHeight(),
                        op.dilationWidth());
                taps = Taps.forThreads(threads(), window.taps());
            }
            x = context.input(0).floats();
            y = context.output(0).floats();
            int rows = window.images * window.outputHeight;
            start(rows, (long) rows * window.outputWidth * outputs * depth);
        }

        @Override
        void range(int first, int end, int thread) {
            for (int row = first; row < end; row++) {
                runRow(row, taps[thread]);
            }
        }

        /// One row of outputs: columns whose taps are cut off at the edge one by one, those in between together.
        private void runRow(int row, Taps mine) {
            int step = window.strideWidth * window.channels;
            int at = row * window.outputWidth * outputs;
            for (int ox = 0; ox < window.outputWidth; ) {
                locate(row, ox, mine);
                int pixels = Math.max(1, window.insideFrom(ox));
                tiles.run(x, mine, step, pixels, y, at + ox * outputs);
                ox += pixels;
            }
        }

        private void locate(int row, int ox, Taps mine) {
            int left = window.left(ox);
            int firstX = window.firstTap(left);
            int endX = window.endTap(left);
            int channels = window.channels;
            mine.clear();
            for (int fy = 0; fy < window.filterHeight; fy++) {
                int inputRow = window.inputRow(row, fy);
                if (inputRow < 0 || firstX >= endX) {
                    continue;
                }
                int start = inputRow * window.inputWidth + left;
                int tap = fy * window.filterWidth;
                if (window.dilationWidth == 1) {
                    mine.add((start + firstX) * channels, (tap + firstX) * channels, (endX - firstX) * channels);
                    continue;
                }
                for (int fx = firstX; fx < endX; fx++) {
                    mine.add((start + fx * window.dilationWidth) * channels, (tap + fx) * channels, channels);
                }
            }
        }
    }
}
