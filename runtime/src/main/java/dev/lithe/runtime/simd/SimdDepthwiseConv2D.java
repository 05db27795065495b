package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.runtime.internal.Workers;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// DEPTHWISE_CONV_2D in float with one output for each input channel: a vector holds channels of one pixel.
final class SimdDepthwiseConv2D implements Kernel {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    private final DepthwiseConv2D op;
    private final float[] weights;
    private final OutputStage stage;
    private final Workers workers;

    private SimdDepthwiseConv2D(DepthwiseConv2D op, float[] weights, OutputStage stage, Workers workers) {
        this.op = op;
        this.weights = weights;
        this.stage = stage;
        this.workers = workers;
    }

    static Kernel of(DepthwiseConv2D op, KernelSetup setup, Workers workers) {
        Tensor filter = Objects.requireNonNull(setup.constant(1));
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        int channels = filter.shape().dimension(3);
        int taps = filter.shape().flatSize(0, 3);
        int padded = PackedWeights.padded(channels);
        float[] weights = new float[Math.multiplyExact(taps, padded)];
        for (int tap = 0; tap < taps; tap++) {
            System.arraycopy(filter.floats(), tap * channels, weights, tap * padded, channels);
        }
        float[] biases = PackedWeights.paddedBias(SimdConv2D.values(bias), channels);
        OutputStage stage = new OutputStage(biases, channels, FusedActivation.floatBounds(op.activation()));
        return new SimdDepthwiseConv2D(op, weights, stage, workers);
    }

    @Override
    public void run(KernelContext context) {
        float[] x = context.input(0).floats();
        float[] y = context.output(0).floats();
        Window window = new Window(
                context.input(0).shape(),
                context.input(1).shape(),
                op.padding(),
                op.strideHeight(),
                op.strideWidth(),
                op.dilationHeight(),
                op.dilationWidth());
        int rows = window.images * window.outputHeight;
        long work = (long) rows * window.outputWidth * window.channels * window.taps();
        Parts.run(workers, rows, work, (first, end) -> {
            Taps taps = new Taps(window.taps());
            for (int row = first; row < end; row++) {
                runRow(window, row, taps, x, y);
            }
        });
    }

    private void runRow(Window window, int row, Taps taps, float[] x, float[] y) {
        int channels = window.channels;
        int step = window.strideWidth * channels;
        int at = row * window.outputWidth * channels;
        for (int ox = 0; ox < window.outputWidth; ) {
            locate(window, row, ox, taps);
            int pixels = Math.max(1, window.insideFrom(ox));
            for (int c = 0; c < channels; c += LANES) {
                runColumns(x, taps, step, pixels, channels, c, y, at + ox * channels + c);
            }
            ox += pixels;
        }
    }

    /// One run for each tap: where its pixel begins, and where its weights do.
    private static void locate(Window window, int row, int ox, Taps taps) {
        int image = row / window.outputHeight;
        int oy = row % window.outputHeight;
        int left = window.left(ox);
        int firstX = window.firstTap(left);
        int endX = window.endTap(left);
        int padded = PackedWeights.padded(window.channels);
        taps.clear();
        for (int fy = 0; fy < window.filterHeight; fy++) {
            int inputRow = window.inputRow(oy, fy);
            int start = (image * window.inputHeight + inputRow) * window.inputWidth + left;
            for (int fx = firstX; inputRow >= 0 && fx < endX; fx++) {
                int column = start + fx * window.dilationWidth;
                taps.add(column * window.channels, (fy * window.filterWidth + fx) * padded, 1);
            }
        }
    }

    /// The channels from `c` on of `pixels` pixels, four pixels at a time; the last four may overlap those
    /// before.
    private void runColumns(float[] x, Taps taps, int step, int pixels, int channels, int c, float[] y, int at) {
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
            stage.store(taps.sums, tile, 1, y, at + pixel * channels, c);
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
            a = a.add(FloatVector.fromArray(SPECIES, x, taps.from[tap] + shift).mul(w));
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
