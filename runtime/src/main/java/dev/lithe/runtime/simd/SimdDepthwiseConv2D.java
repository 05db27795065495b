package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
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
    private final float[] bias;
    private final float min;
    private final float max;
    private final Workers workers;

    private SimdDepthwiseConv2D(
            DepthwiseConv2D op, float[] weights, float[] bias, FloatBounds bounds, Workers workers) {
        this.op = op;
        this.weights = weights;
        this.bias = bias;
        this.min = bounds.min();
        this.max = bounds.max();
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
        return new SimdDepthwiseConv2D(
                op,
                weights,
                PackedWeights.paddedBias(SimdConv2D.values(bias), channels),
                FusedActivation.floatBounds(op.activation()),
                workers);
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
            int target = at + pixel * channels;
            if (tile == 4) {
                tile4(x, taps, pixel * step + c, step, c, y, target, channels);
            } else if (whole) {
                tile1(x, taps, pixel * step + c, c, y, target);
            } else {
                masked(x, taps, pixel * step + c, c, SPECIES.indexInRange(c, channels), y, target);
            }
        }
    }

    private void tile4(float[] x, Taps taps, int shift, int step, int c, float[] y, int at, int channels) {
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
        finish(a0, c).intoArray(y, at);
        finish(a1, c).intoArray(y, at + channels);
        finish(a2, c).intoArray(y, at + 2 * channels);
        finish(a3, c).intoArray(y, at + 3 * channels);
    }

    private void tile1(float[] x, Taps taps, int shift, int c, float[] y, int at) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (int tap = 0; tap < taps.runs; tap++) {
            FloatVector w = FloatVector.fromArray(SPECIES, weights, taps.row[tap] + c);
            a = a.add(FloatVector.fromArray(SPECIES, x, taps.from[tap] + shift).mul(w));
        }
        finish(a, c).intoArray(y, at);
    }

    private void masked(float[] x, Taps taps, int shift, int c, VectorMask<Float> mask, float[] y, int at) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (int tap = 0; tap < taps.runs; tap++) {
            FloatVector w = FloatVector.fromArray(SPECIES, weights, taps.row[tap] + c);
            FloatVector v = FloatVector.fromArray(SPECIES, x, taps.from[tap] + shift, mask);
            a = a.add(v.mul(w));
        }
        finish(a, c).intoArray(y, at, mask);
    }

    private FloatVector finish(FloatVector sum, int c) {
        return FloatTiles.clamp(sum.add(FloatVector.fromArray(SPECIES, bias, c)), min, max);
    }
}
