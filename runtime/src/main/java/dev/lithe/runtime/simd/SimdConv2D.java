package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.convolution.ConvolutionScales;
import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// CONV_2D without groups, in float or on 8-bit integers.
final class SimdConv2D implements Kernel {
    private final Supplier<Rows> pointwise;
    private final Supplier<Windows> windows;
    private final boolean isPointwise;

    private SimdConv2D(Conv2D op, Tiles tiles, Supplier<Input> input, Shape weights, Workers workers) {
        int outputs = weights.dimension(0);
        int depth = weights.flatSize(1, 4);
        this.pointwise = () -> new Rows(tiles, input.get(), depth, outputs, workers);
        this.windows = () -> new Windows(op, tiles, input.get(), depth, outputs, workers);
        this.isPointwise = weights.flatSize(1, 3) == 1 && op.strideHeight() == 1 && op.strideWidth() == 1;
    }

    static Kernel of(Conv2D op, KernelSetup setup, Workers workers) {
        Tensor weights = Objects.requireNonNull(setup.constant(1));
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        int outputs = weights.shape().dimension(0);
        int depth = weights.shape().flatSize(1, 4);
        PackedWeights packed = PackedWeights.ofRows(weights.floats(), outputs, depth, values(bias));
        FloatTiles tiles = new FloatTiles(packed, FusedActivation.floatBounds(op.activation()));
        return new SimdConv2D(op, tiles, () -> Input.FLOATS, weights.shape(), workers);
    }

    static Kernel ofIntegers(Conv2D op, KernelSetup setup, Workers workers) {
        Integers integers = new Integers(setup, op.activation());
        Shape weights = setup.input(1).shape();
        Multipliers multipliers = ConvolutionScales.multipliers(setup, weights.dimension(0));
        IntegerTiles tiles = integers.tiles(integers.fixedPoint(multipliers));
        return new SimdConv2D(op, tiles, () -> integers.input(workers), weights, workers);
    }

    static float @Nullable [] values(@Nullable Tensor bias) {
        return bias == null ? null : bias.floats();
    }

    @Override
    public void run(KernelContext context) {
        if (isPointwise) {
            context.workspace(pointwise).run(context);
        } else {
            context.workspace(windows).run(context);
        }
    }

    /// Convolutions with a window, by rows of outputs.
    private static final class Windows extends Parts {
        private final Conv2D op;
        private final Tiles tiles;
        private final Input input;
        private final int depth;
        private final int outputs;
        private Window window = Window.NONE;
        private Taps[] taps = {};
        private float[] x = new float[0];

        Windows(Conv2D op, Tiles tiles, Input input, int depth, int outputs, Workers workers) {
            super(workers);
            this.op = op;
            this.tiles = tiles;
            this.input = input;
            this.depth = depth;
            this.outputs = outputs;
        }

        void run(KernelContext context) {
            Shape image = context.input(0).shape();
            Shape filter = context.input(1).shape();
            if (!window.isOver(image)) {
                window = new Window(
                        image,
                        filter.dimension(1),
                        filter.dimension(2),
                        op.padding(),
                        op.strideHeight(),
                        op.strideWidth(),
                        op.dilationHeight(),
                        op.dilationWidth());
                taps = Taps.forThreads(threads(), window.taps());
            }
            x = input.of(context);
            Taps.target(taps, context.output(0).array());
            int rows = window.images * window.outputHeight;
            start(rows, (long) rows * window.outputWidth * outputs * depth);
        }

        @Override
        void range(int first, int end, int thread) {
            for (int row = first; row < end; row++) {
                runRow(row, taps[thread]);
            }
        }

        /// One row of outputs: columns whose taps are cut off at the edge one by one, those in between
        /// together.
        private void runRow(int row, Taps mine) {
            int step = window.strideWidth * window.channels;
            int at = row * window.outputWidth * outputs;
            for (int ox = 0; ox < window.outputWidth; ) {
                locate(row, ox, mine);
                int pixels = Math.max(1, window.insideFrom(ox));
                tiles.run(x, mine, step, pixels, at + ox * outputs);
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
