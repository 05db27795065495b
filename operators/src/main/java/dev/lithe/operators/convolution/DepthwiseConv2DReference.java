package dev.lithe.operators.convolution;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multipliers;
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
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scalar kernels of DEPTHWISE_CONV_2D, equal to LiteRT's reference kernels: each output is summed over
/// window rows, then window columns; then bias, rescaling and activation.
final class DepthwiseConv2DReference {
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
                List.of(TensorType.INT8, TensorType.INT4),
                List.of(TensorType.INT32),
                TensorType.INT8),
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.UINT8,
                List.of(TensorType.UINT8),
                List.of(TensorType.INT32),
                TensorType.UINT8),
        // Unlike CONV_2D, LiteRT's kernel reads a 64-bit bias only.
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT16,
                List.of(TensorType.INT8),
                List.of(TensorType.INT64),
                TensorType.INT16),
        new WeightedTypes(
                Arithmetic.HYBRID,
                TensorType.FLOAT32,
                List.of(TensorType.INT8),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32)
    };

    private DepthwiseConv2DReference() {}

    static Kernel prepare(DepthwiseConv2D op, KernelSetup setup) {
        return switch (WeightedTypes.require("DEPTHWISE_CONV_2D", setup, 3, COMBINATIONS)) {
            case FLOAT -> prepareFloat(op, setup);
            case INTEGER -> prepareInteger(op, setup);
            case HYBRID -> prepareHybrid(op, setup);
        };
    }

    private static Kernel prepareFloat(DepthwiseConv2D op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        PreparedWeights<float[][]> rows = new PreparedWeights<>(setup, 1, DepthwiseConv2DReference::floatRows);
        return context -> runFloat(op, context, rows.of(context, 1), bounds);
    }

    private static Kernel prepareInteger(DepthwiseConv2D op, KernelSetup setup) {
        IntBounds bounds = FusedActivation.quantizedBounds(
                op.activation(), setup.output(0).type(), setup.output(0).quantization());
        if (setup.input(1).type() != TensorType.UINT8
                && !WeightedTypes.isSymmetric(setup.input(1).quantization())) {
            throw new IllegalArgumentException("signed weights need zero point 0");
        }
        Multipliers multipliers =
                ConvolutionScales.multipliers(setup, setup.input(1).shape().dimension(3));
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, 1, DepthwiseConv2DReference::intRows);
        boolean wide = setup.input(0).type() == TensorType.INT16;
        return context -> {
            Tensor bias = context.hasInput(2) ? context.input(2) : null;
            OutputStage stage = OutputStage.fixedPoint(context.output(0), bias, multipliers, bounds);
            runInteger(op, context, rows.of(context, 1), IntegerInput.of(context.input(0)), stage, wide);
        };
    }

    private static Kernel prepareHybrid(DepthwiseConv2D op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        float[] scales = OutputStage.perChannel(
                setup.input(1).quantization().scales().toArray(),
                setup.input(1).shape().dimension(3));
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, 1, DepthwiseConv2DReference::intRows);
        return context -> {
            Tensor x = context.input(0);
            int images = x.shape().dimension(0);
            IntegerInput input =
                    IntegerInput.quantized(x.floats(), images, x.shape().flatSize(1, 4), true);
            float[] bias = context.hasInput(2) ? context.input(2).floats() : null;
            float[] output = context.output(0).floats();
            OutputStage stage = OutputStage.hybrid(output, bias, input.scales(), scales, HybridOrder.PRODUCT, bounds);
            runInteger(op, context, rows.of(context, 1), input, stage, false);
        };
    }

    private static float[][] floatRows(Tensor weights, int groups) {
        Shape shape = weights.shape();
        return WeightRows.of(weights.floats(), shape.flatSize(0, 3), shape.dimension(3));
    }

    private static int[][] intRows(Tensor weights, int groups) {
        Shape shape = weights.shape();
        boolean unsigned = weights.type() == TensorType.UINT8;
        int zeroPoint = unsigned ? weights.quantization().zeroPoint() : 0;
        return WeightRows.of(weights.bytes(), shape.flatSize(0, 3), shape.dimension(3), unsigned, zeroPoint);
    }

    private static void runFloat(DepthwiseConv2D op, KernelContext context, float[][] rows, FloatBounds bounds) {
        float[] x = context.input(0).floats();
        float @Nullable [] bias = context.hasInput(2) ? context.input(2).floats() : null;
        float[] y = context.output(0).floats();
        Shape filter = context.input(1).shape();
        int outputs = filter.dimension(3);
        ConvolutionWindow window =
                new ConvolutionWindow(op.window(), context.input(0).shape(), filter, false);
        float[] sums = new float[outputs];
        float[] tap = new float[outputs];
        int at = 0;
        for (int n = 0; n < window.images; n++) {
            for (int oy = 0; oy < window.outputHeight; oy++) {
                for (int ox = 0; ox < window.outputWidth; ox++, at += outputs) {
                    window.locate(n, oy, ox);
                    Arrays.fill(sums, 0);
                    for (int run = 0; run < window.runs; run++) {
                        spread(x, window.inputStart[run], window.inputChannels, tap);
                        WeightRows.accumulate(sums, tap, rows[window.firstTap[run]]);
                    }
                    OutputStage.store(sums, bias, bounds, 0, y, at);
                }
            }
        }
    }

    private static void runInteger(
            DepthwiseConv2D op,
            KernelContext context,
            int[][] rows,
            IntegerInput input,
            OutputStage stage,
            boolean wide) {
        int[] x = input.values();
        Shape filter = context.input(1).shape();
        int outputs = filter.dimension(3);
        ConvolutionWindow window =
                new ConvolutionWindow(op.window(), context.input(0).shape(), filter, false);
        IntegerSums sums = new IntegerSums(outputs, wide);
        int[] tap = new int[outputs];
        int at = 0;
        for (int n = 0; n < window.images; n++) {
            for (int oy = 0; oy < window.outputHeight; oy++) {
                for (int ox = 0; ox < window.outputWidth; ox++, at += outputs) {
                    window.locate(n, oy, ox);
                    sums.clear();
                    for (int run = 0; run < window.runs; run++) {
                        spread(x, window.inputStart[run], window.inputChannels, tap);
                        sums.add(tap, rows[window.firstTap[run]]);
                    }
                    sums.store(stage, 0, n, at);
                }
            }
        }
    }

    /// Copies the channels of one pixel, each repeated for the outputs that read it.
    private static void spread(float[] x, int from, int channels, float[] tap) {
        int multiplier = tap.length / channels;
        if (multiplier == 1) {
            System.arraycopy(x, from, tap, 0, channels);
            return;
        }
        for (int c = 0; c < channels; c++) {
            Arrays.fill(tap, c * multiplier, (c + 1) * multiplier, x[from + c]);
        }
    }

    private static void spread(int[] x, int from, int channels, int[] tap) {
        int multiplier = tap.length / channels;
        if (multiplier == 1) {
            System.arraycopy(x, from, tap, 0, channels);
            return;
        }
        for (int c = 0; c < channels; c++) {
            Arrays.fill(tap, c * multiplier, (c + 1) * multiplier, x[from + c]);
        }
    }
}
