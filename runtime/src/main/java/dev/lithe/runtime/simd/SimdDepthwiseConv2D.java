package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.ConvolutionScales;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// DEPTHWISE_CONV_2D, in float or on 8-bit integers, with one output for each input channel: a vector
/// holds channels of one pixel.
final class SimdDepthwiseConv2D implements Kernel {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    private final Supplier<Windows> windows;

    private SimdDepthwiseConv2D(Supplier<Windows> windows) {
        this.windows = windows;
    }

    static Kernel of(DepthwiseConv2D op, KernelSetup setup, Workers workers) {
        Tensor filter = Objects.requireNonNull(setup.constant(1));
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        int channels = filter.shape().dimension(3);
        float[] weights = padded(filter.floats(), filter.shape());
        float[] biases = PackedWeights.paddedBias(SimdConv2D.values(bias), channels);
        OutputStage stage = new OutputStage(biases, channels, FusedActivation.floatBounds(op.activation()));
        return new SimdDepthwiseConv2D(() -> new Windows(op, weights, stage, Input.FLOATS, workers));
    }

    static Kernel ofIntegers(DepthwiseConv2D op, KernelSetup setup, Workers workers) {
        Integers integers = new Integers(setup, op.activation());
        Shape filter = setup.input(1).shape();
        Stage stage = integers.fixedPoint(ConvolutionScales.multipliers(setup, filter.dimension(3)));
        float[] weights = padded(integers.weights(), filter);
        return new SimdDepthwiseConv2D(() -> new Windows(op, weights, stage, integers.input(workers), workers));
    }

    /// The weights of each tap, filled up to whole vectors.
    private static float[] padded(float[] values, Shape filter) {
        int channels = filter.dimension(3);
        int taps = filter.flatSize(0, 3);
        int padded = PackedWeights.padded(channels);
        float[] weights = new float[Math.multiplyExact(taps, padded)];
        for (int tap = 0; tap < taps; tap++) {
            System.arraycopy(values, tap * channels, weights, tap * padded, channels);
        }
        return weights;
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(windows).run(context);
    }

    private static final class Windows extends Parts {
        private final DepthwiseConv2D op;
        private final float[] weights;
        private final Stage stage;
        private final Input input;
        private Window window = Window.NONE;
        private Taps[] taps = {};
        private float[] x = new float[0];

        Windows(DepthwiseConv2D op, float[] weights, Stage stage, Input input, Workers workers) {
            super(workers);
            this.op = op;
            this.weights = weights;
            this.stage = stage;
            this.input = input;
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
            start(rows, (long) rows * window.outputWidth * window.channels * window.taps());
        }

        @Override
        void range(int first, int end, int thread) {
            for (int row = first; row < end; row++) {
                runRow(row, taps[thread]);
            }
        }

        private void runRow(int row, Taps mine) {
            int channels = window.channels;
            int step = window.strideWidth * channels;
            int at = row * window.outputWidth * channels;
            for (int ox = 0; ox < window.outputWidth; ) {
                locate(row, ox, mine);
                int pixels = Math.max(1, window.insideFrom(ox));
                for (int c = 0; c < channels; c += LANES) {
                    runColumns(x, mine, step, pixels, channels, c, at + ox * channels + c);
                }
                ox += pixels;
            }
        }

        /// One run for each tap: where its pixel begins, and where its weights do.
        private void locate(int row, int ox, Taps mine) {
            int left = window.left(ox);
            int firstX = window.firstTap(left);
            int endX = window.endTap(left);
            int padded = PackedWeights.padded(window.channels);
            mine.clear();
            for (int fy = 0; fy < window.filterHeight; fy++) {
                int inputRow = window.inputRow(row, fy);
                int start = inputRow * window.inputWidth + left;
                for (int fx = firstX; inputRow >= 0 && fx < endX; fx++) {
                    int column = start + fx * window.dilationWidth;
                    mine.add(column * window.channels, (fy * window.filterWidth + fx) * padded, 1);
                }
            }
        }

        /// The channels from `c` on of `pixels` pixels, four pixels at a time; the last four may overlap
        /// those before.
        private void runColumns(float[] x, Taps taps, int step, int pixels, int channels, int c, int at) {
            boolean whole = channels - c >= LANES;
            int tile = whole && pixels >= 4 ? 4 : 1;
            for (int p = 0; p < pixels; p += tile) {
                int pixel = Math.min(p, pixels - tile);
                int shift = pixel * step + c;
                if (tile == 4) {
                    tile4(x, taps, shift, step, c);
                } else if (whole) {
                    tile1(x, taps, shift, c);
                } else {
                    tail(x, taps, shift, c, channels);
                }
                stage.store(taps, tile, 1, at + pixel * channels, c);
            }
        }

        private void tile4(float[] x, Taps taps, int shift, int step, int c) {
            FloatVector a0 = FloatVector.zero(SPECIES);
            FloatVector a1 = a0;
            FloatVector a2 = a0;
            FloatVector a3 = a0;
            for (int tap = 0; tap < taps.runs; tap++) {
                int i = taps.from[tap] + shift;
                FloatVector w = FloatVector.fromArray(SPECIES, weights, taps.row[tap] + c);
                a0 = a0.add(FloatVector.fromArray(SPECIES, x, i).mul(w));
                a1 = a1.add(FloatVector.fromArray(SPECIES, x, i + step).mul(w));
                a2 = a2.add(FloatVector.fromArray(SPECIES, x, i + 2 * step).mul(w));
                a3 = a3.add(FloatVector.fromArray(SPECIES, x, i + 3 * step).mul(w));
            }
            a0.intoArray(taps.sums, 0);
            a1.intoArray(taps.sums, LANES);
            a2.intoArray(taps.sums, 2 * LANES);
            a3.intoArray(taps.sums, 3 * LANES);
        }

        private void tile1(float[] x, Taps taps, int shift, int c) {
            FloatVector a = FloatVector.zero(SPECIES);
            for (int tap = 0; tap < taps.runs; tap++) {
                FloatVector w = FloatVector.fromArray(SPECIES, weights, taps.row[tap] + c);
                a = a.add(FloatVector.fromArray(SPECIES, x, taps.from[tap] + shift)
                        .mul(w));
            }
            a.intoArray(taps.sums, 0);
        }

        /// The last channels, fewer than a vector holds: nothing is read behind the end of the input.
        private void tail(float[] x, Taps taps, int shift, int c, int channels) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
            FloatVector a = FloatVector.zero(SPECIES);
            for (int tap = 0; tap < taps.runs; tap++) {
                FloatVector w = FloatVector.fromArray(SPECIES, weights, taps.row[tap] + c);
                FloatVector v = FloatVector.fromArray(SPECIES, x, taps.from[tap] + shift, mask);
                a = a.add(v.mul(w));
            }
            a.intoArray(taps.sums, 0);
        }
    }
}
