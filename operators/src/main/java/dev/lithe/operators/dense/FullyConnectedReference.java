package dev.lithe.operators.dense;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.BlockScales;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.IntegerInput;
import dev.lithe.operators.support.IntegerSums;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.operators.support.OutputStage.HybridOrder;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.operators.support.WeightedTypes;
import dev.lithe.operators.support.WeightedTypes.Arithmetic;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scalar kernels of FULLY_CONNECTED, equal to LiteRT's reference kernels. The integer ones rescale in
/// double precision, not in fixed point as convolutions do.
final class FullyConnectedReference {
    private static final WeightedTypes[] COMBINATIONS = {
        new WeightedTypes(
                Arithmetic.FLOAT,
                TensorType.FLOAT32,
                List.of(TensorType.FLOAT32),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT8,
                List.of(TensorType.INT8, TensorType.INT4, TensorType.INT2),
                List.of(TensorType.INT32),
                TensorType.INT8),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.UINT8,
                List.of(TensorType.UINT8),
                List.of(TensorType.INT32),
                TensorType.UINT8),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT16,
                List.of(TensorType.INT8, TensorType.INT4, TensorType.INT2),
                List.of(TensorType.INT64, TensorType.INT32),
                TensorType.INT16),
        new WeightedTypes(
                Arithmetic.HYBRID,
                TensorType.FLOAT32,
                List.of(TensorType.INT8, TensorType.INT4, TensorType.INT2),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32)
    };

    private FullyConnectedReference() {}

    static Kernel prepare(FullyConnected op, KernelSetup setup) {
        if (op.weightsFormat() != FullyConnectedOptionsWeightsFormat.DEFAULT) {
            return ShuffledFullyConnected.prepare(op, setup);
        }
        if (BlockScales.has(setup, 1)) {
            return BlockwiseFullyConnected.prepare(op, setup);
        }
        return switch (WeightedTypes.require("FULLY_CONNECTED", setup, 0, COMBINATIONS)) {
            case FLOAT -> prepareFloat(op, setup);
            case INTEGER -> prepareInteger(op, setup);
            case HYBRID -> prepareHybrid(op, setup);
        };
    }

    private static Kernel prepareFloat(FullyConnected op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        PreparedWeights<float[][]> rows = new PreparedWeights<>(setup, 1, FullyConnectedReference::floatRows);
        return context -> runFloat(context, rows.of(context, 1), bounds);
    }

    private static Kernel prepareInteger(FullyConnected op, KernelSetup setup) {
        QuantizationParameters weights = setup.input(1).quantization();
        if (weights.isPerChannel() && !WeightedTypes.isSymmetric(weights)) {
            throw new IllegalArgumentException("per-channel weights need zero point 0");
        }
        IntBounds bounds = FusedActivation.quantizedBounds(
                op.activation(), setup.output(0).type(), setup.output(0).quantization());
        double[] factors = FullyConnected.factors(setup);
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, 1, FullyConnectedReference::intRows);
        boolean wide = setup.input(0).type() == TensorType.INT16
                && (!setup.hasInput(2) || setup.input(2).type() == TensorType.INT64);
        return context -> {
            Tensor bias = context.hasInput(2) ? context.input(2) : null;
            OutputStage stage = OutputStage.doublePrecision(context.output(0), bias, factors, bounds);
            runInteger(context, rows.of(context, 1), IntegerInput.of(context.input(0)), stage, wide);
        };
    }

    private static Kernel prepareHybrid(FullyConnected op, KernelSetup setup) {
        FloatBounds bounds = hybridBounds(op.activation());
        float[] scales = OutputStage.perChannel(
                setup.input(1).quantization().scales().toArray(),
                setup.input(1).shape().dimension(0));
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, 1, FullyConnectedReference::intRows);
        boolean asymmetric = op.asymmetricQuantizeInputs();
        return context -> {
            Tensor x = context.input(0);
            int depth = context.input(1).shape().dimension(1);
            int batch = rowCount(context);
            IntegerInput input = IntegerInput.quantized(x.floats(), batch, depth, asymmetric);
            float[] bias = context.hasInput(2) ? context.input(2).floats() : null;
            float[] output = context.output(0).floats();
            OutputStage stage = OutputStage.hybrid(output, bias, input.scales(), scales, HybridOrder.PRODUCT, bounds);
            runInteger(context, rows.of(context, 1), input, stage, false);
        };
    }

    /// Unlike the others, this kernel does not bound an output without activation.
    private static FloatBounds hybridBounds(ActivationFunctionType activation) {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        float min = bounds.min() == -Float.MAX_VALUE ? Float.NEGATIVE_INFINITY : bounds.min();
        float max = bounds.max() == Float.MAX_VALUE ? Float.POSITIVE_INFINITY : bounds.max();
        return new FloatBounds(min, max);
    }

    private static float[][] floatRows(Tensor weights, int groups) {
        Shape shape = weights.shape();
        return WeightRows.transposed(weights.floats(), 1, shape.dimension(0), shape.dimension(1));
    }

    private static int[][] intRows(Tensor weights, int groups) {
        Shape shape = weights.shape();
        QuantizationParameters quantization = weights.quantization();
        int zeroPoint = quantization.isPerChannel() ? 0 : quantization.zeroPoint();
        boolean unsigned = weights.type() == TensorType.UINT8;
        return WeightRows.transposed(weights.bytes(), 1, shape.dimension(0), shape.dimension(1), unsigned, zeroPoint);
    }

    private static int rowCount(KernelContext context) {
        int units = context.input(1).shape().dimension(0);
        return units == 0 ? 0 : context.output(0).elementCount() / units;
    }

    private static void runFloat(KernelContext context, float[][] rows, FloatBounds bounds) {
        float[] x = context.input(0).floats();
        float @Nullable [] bias = context.hasInput(2) ? context.input(2).floats() : null;
        float[] y = context.output(0).floats();
        Shape weights = context.input(1).shape();
        int units = weights.dimension(0);
        int depth = weights.dimension(1);
        int batch = rowCount(context);
        float[] sums = new float[units];
        for (int row = 0; row < batch; row++) {
            Arrays.fill(sums, 0);
            WeightRows.accumulate(sums, rows, 0, x, row * depth, depth);
            OutputStage.store(sums, bias, bounds, 0, y, row * units);
        }
    }

    private static void runInteger(
            KernelContext context, int[][] rows, IntegerInput input, OutputStage stage, boolean wide) {
        int[] x = input.values();
        Shape weights = context.input(1).shape();
        int units = weights.dimension(0);
        int depth = weights.dimension(1);
        int batch = rowCount(context);
        IntegerSums sums = new IntegerSums(units, wide);
        for (int row = 0; row < batch; row++) {
            sums.clear();
            sums.add(rows, 0, x, row * depth, depth);
            sums.store(stage, 0, row, row * units);
        }
    }
}
