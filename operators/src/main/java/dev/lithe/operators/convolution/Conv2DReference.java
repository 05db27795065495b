package dev.lithe.operators.convolution;

import dev.lithe.graph.QuantizationParameters;
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

/// The scalar kernels of CONV_2D, equal to LiteRT's reference kernels: each output is summed over window rows, window
/// columns, input channels, in this order; then bias, rescaling and activation.
final class Conv2DReference {
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
        new WeightedTypes(
                Arithmetic.INTEGER,
                TensorType.INT16,
                List.of(TensorType.INT8, TensorType.INT4),
                List.of(TensorType.INT64, TensorType.INT32),
                TensorType.INT16),
        new WeightedTypes(
                Arithmetic.HYBRID,
                TensorType.FLOAT32,
                List.of(TensorType.INT8, TensorType.INT4),
                List.of(TensorType.FLOAT32),
                TensorType.FLOAT32)
    };

    private Conv2DReference() {}

    static Kernel prepare(Conv2D op, KernelSetup setup) {
        return switch (WeightedTypes.require("CONV_2D", setup, 0, COMBINATIONS)) {
            case FLOAT -> prepareFloat(op, setup);
            case INTEGER -> prepareInteger(op, setup);
            case HYBRID -> prepareHybrid(op, setup);
        };
    }

    /// Output channels of one group, and what they read.
    private record Groups(int count, int outputs, int inputs, int taps) {
        static Groups of(Shape input, Shape weights) {
            return of(weights, count(input, weights));
        }

        static Groups of(Shape weights, int count) {
            int taps = weights.dimension(1) * weights.dimension(2);
            return new Groups(count, weights.dimension(0) / count, weights.dimension(3), taps);
        }

        static int count(Shape input, Shape weights) {
            return Math.max(1, input.dimension(3) / weights.dimension(3));
        }

        int depth() {
            return taps * inputs;
        }
    }

    private static Kernel prepareFloat(Conv2D op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        PreparedWeights<float[][]> rows = new PreparedWeights<>(setup, groupCount(setup), Conv2DReference::floatRows);
        return context -> runFloat(op, context, rows, bounds);
    }

    private static Kernel prepareInteger(Conv2D op, KernelSetup setup) {
        QuantizationParameters output = setup.output(0).quantization();
        IntBounds bounds =
                FusedActivation.quantizedBounds(op.activation(), setup.output(0).type(), output);
        if (setup.input(1).type() != TensorType.UINT8
                && !WeightedTypes.isSymmetric(setup.input(1).quantization())) {
            throw new IllegalArgumentException("signed weights need zero point 0");
        }
        int channels = setup.input(1).shape().dimension(0);
        Multipliers multipliers = ConvolutionScales.multipliers(setup, channels);
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, groupCount(setup), Conv2DReference::intRows);
        boolean wide = setup.input(0).type() == TensorType.INT16
                && (!setup.hasInput(2) || setup.input(2).type() == TensorType.INT64);
        return context -> {
            Tensor bias = context.hasInput(2) ? context.input(2) : null;
            OutputStage stage = OutputStage.fixedPoint(context.output(0), bias, multipliers, bounds);
            runInteger(op, context, rows, IntegerInput.of(context.input(0)), stage, wide);
        };
    }

    private static Kernel prepareHybrid(Conv2D op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.activation());
        float[] scales = setup.input(1).quantization().scales().toArray();
        boolean grouped =
                setup.input(0).shape().dimension(3) != setup.input(1).shape().dimension(3);
        boolean asymmetric = grouped || ConvolutionScales.differ(scales);
        HybridOrder order = asymmetric ? HybridOrder.WEIGHT_THEN_INPUT : HybridOrder.PRODUCT;
        float[] perChannel =
                OutputStage.perChannel(scales, setup.input(1).shape().dimension(0));
        PreparedWeights<int[][]> rows = new PreparedWeights<>(setup, groupCount(setup), Conv2DReference::intRows);
        return context -> {
            Tensor x = context.input(0);
            int images = x.shape().dimension(0);
            IntegerInput input =
                    IntegerInput.quantized(x.floats(), images, x.shape().flatSize(1, 4), asymmetric);
            float[] bias = context.hasInput(2) ? context.input(2).floats() : null;
            float[] output = context.output(0).floats();
            OutputStage stage = OutputStage.hybrid(output, bias, input.scales(), perChannel, order, bounds);
            runInteger(op, context, rows, input, stage, false);
        };
    }

    /// Weights are laid out before shapes are inferred: groups that do not fit would take memory without bound.
    private static int groupCount(KernelSetup setup) {
        int groups = Groups.count(setup.input(0).shape(), setup.input(1).shape());
        int outputs = setup.input(1).shape().dimension(0);
        if (groups > 1 && outputs % groups != 0) {
            throw new IllegalArgumentException(outputs + " outputs cannot be shared among " + groups + " groups");
        }
        return groups;
    }

    private static float[][] floatRows(Tensor weights, int groupCount) {
        Groups groups = Groups.of(weights.shape(), groupCount);
        return WeightRows.transposed(weights.floats(), groups.count, groups.outputs, groups.depth());
    }

    private static int[][] intRows(Tensor weights, int groupCount) {
        Groups groups = Groups.of(weights.shape(), groupCount);
        boolean unsigned = weights.type() == TensorType.UINT8;
        int zeroPoint = unsigned ? weights.quantization().zeroPoint() : 0;
        return WeightRows.transposed(
                weights.bytes(), groups.count, groups.outputs, groups.depth(), unsigned, zeroPoint);
    }

    private static void runFloat(
            Conv2D op, KernelContext context, PreparedWeights<float[][]> weights, FloatBounds bounds) {
        Tensor input = context.input(0);
        Shape filter = context.input(1).shape();
        Groups groups = Groups.of(input.shape(), filter);
        float[][] rows = weights.of(context, groups.count);
        float[] x = input.floats();
        float @Nullable [] bias = context.hasInput(2) ? context.input(2).floats() : null;
        float[] y = context.output(0).floats();
        ConvolutionWindow window = new ConvolutionWindow(op.window(), input.shape(), filter, groups.count == 1);
        float[] sums = new float[groups.outputs];
        int at = 0;
        for (int n = 0; n < window.images; n++) {
            for (int oy = 0; oy < window.outputHeight; oy++) {
                for (int ox = 0; ox < window.outputWidth; ox++) {
                    window.locate(n, oy, ox);
                    for (int group = 0; group < groups.count; group++, at += groups.outputs) {
                        Arrays.fill(sums, 0);
                        for (int run = 0; run < window.runs; run++) {
                            int row = group * groups.depth() + window.firstTap[run] * groups.inputs;
                            int from = window.inputStart[run] + group * groups.inputs;
                            WeightRows.accumulate(sums, rows, row, x, from, window.taps[run] * groups.inputs);
                        }
                        OutputStage.store(sums, bias, bounds, group * groups.outputs, y, at);
                    }
                }
            }
        }
    }

    private static void runInteger(
            Conv2D op,
            KernelContext context,
            PreparedWeights<int[][]> weights,
            IntegerInput input,
            OutputStage stage,
            boolean wide) {
        Shape image = context.input(0).shape();
        Shape filter = context.input(1).shape();
        Groups groups = Groups.of(image, filter);
        int[][] rows = weights.of(context, groups.count);
        int[] x = input.values();
        ConvolutionWindow window = new ConvolutionWindow(op.window(), image, filter, groups.count == 1);
        IntegerSums sums = new IntegerSums(groups.outputs, wide);
        int at = 0;
        for (int n = 0; n < window.images; n++) {
            for (int oy = 0; oy < window.outputHeight; oy++) {
                for (int ox = 0; ox < window.outputWidth; ox++) {
                    window.locate(n, oy, ox);
                    for (int group = 0; group < groups.count; group++, at += groups.outputs) {
                        sums.clear();
                        for (int run = 0; run < window.runs; run++) {
                            int row = group * groups.depth() + window.firstTap[run] * groups.inputs;
                            int from = window.inputStart[run] + group * groups.inputs;
                            sums.add(rows, row, x, from, window.taps[run] * groups.inputs);
                        }
                        sums.store(stage, group * groups.outputs, n, at);
                    }
                }
            }
        }
    }
}
