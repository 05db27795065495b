package dev.lithe.operators.dense;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.BlockScales;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.RoundedRow;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// FULLY_CONNECTED of floats with blockwise weights. LiteRT has no kernel for it (its own computes nonsense), only
/// XNNPACK has: it quantizes each row of the input between its minimum and maximum, whatever
/// `asymmetricQuantizeInputs` says, and adds the integer sums of the blocks up in float. XNNPACK takes INT4 with
/// scales in FLOAT16, of which it keeps eight bits; INT2, INT8, other scales and all their bits are taken here.
final class BlockwiseFullyConnected {
    private static final Set<TensorType> WEIGHTS = EnumSet.of(TensorType.INT2, TensorType.INT4, TensorType.INT8);

    private final PreparedWeights<int[][]> weights;
    private final BlockScales scales;
    private final FloatBounds bounds;

    private BlockwiseFullyConnected(PreparedWeights<int[][]> weights, BlockScales scales, FloatBounds bounds) {
        this.weights = weights;
        this.scales = scales;
        this.bounds = bounds;
    }

    static Kernel prepare(FullyConnected op, KernelSetup setup) {
        boolean taken = setup.input(0).type() == TensorType.FLOAT32
                && WEIGHTS.contains(setup.input(1).type())
                && (!setup.hasInput(2) || setup.input(2).type() == TensorType.FLOAT32)
                && setup.output(0).type() == TensorType.FLOAT32;
        if (!taken) {
            throw new UnsupportedException(
                    "LQ0323",
                    Location.operator(
                            null, -1, -1, "FULLY_CONNECTED", setup.output(0).name()),
                    "there is no kernel for input " + setup.input(0).type() + " and blockwise weights "
                            + setup.input(1).type() + "; blockwise weights are " + WEIGHTS
                            + " with input, bias and output FLOAT32",
                    "quantize the model again, or leave this operator in float.");
        }
        PreparedWeights<int[][]> weights = new PreparedWeights<>(setup, 1, BlockwiseFullyConnected::rows);
        return new BlockwiseFullyConnected(
                weights, BlockScales.of(setup, 1), FusedActivation.floatBounds(op.activation()))::run;
    }

    private static int[][] rows(Tensor weights, int groups) {
        Shape shape = weights.shape();
        return WeightRows.transposed(weights.bytes(), 1, shape.dimension(0), shape.dimension(1), false, 0);
    }

    private void run(KernelContext context) {
        float[] x = context.input(0).floats();
        float @Nullable [] bias = context.hasInput(2) ? context.input(2).floats() : null;
        float[] y = context.output(0).floats();
        int units = context.input(1).shape().dimension(0);
        int depth = context.input(1).shape().dimension(1);
        int[][] rows = weights.of(context, 1);
        RoundedRow row = new RoundedRow(depth);
        float[] sums = new float[units];
        int[] partial = new int[units];
        int batch = units == 0 ? 0 : context.output(0).elementCount() / units;
        for (int i = 0; i < batch; i++) {
            row.quantize(x, i * depth);
            Arrays.fill(sums, 0);
            for (int block = 0; block < scales.values().length; block++) {
                Arrays.fill(partial, 0);
                WeightRows.accumulate(
                        partial, rows, block * scales.size(), row.values(), block * scales.size(), scales.size());
                add(sums, partial, scales.values()[block]);
            }
            store(sums, row.scale(), bias, y, i * units);
        }
    }

    private static void add(float[] sums, int[] partial, float[] scales) {
        for (int unit = 0; unit < sums.length; unit++) {
            sums[unit] += partial[unit] * scales[unit];
        }
    }

    private void store(float[] sums, float scale, float @Nullable [] bias, float[] y, int at) {
        for (int unit = 0; unit < sums.length; unit++) {
            float value = sums[unit] * scale;
            y[at + unit] = bounds.clamp(bias == null ? value : value + bias[unit]);
        }
    }
}
