package dev.lithe.runtime.simd;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the kernels on 8-bit integers share. Products and sums are computed in floats, which are exact as
/// long as every partial sum stays within 2^24: no instruction that multiplies bytes can be reached from
/// Java, and this is the fastest that can.
final class Integers {
    private final KernelSetup setup;
    private final Tensor stored;
    private final int zeroPoint;
    private final boolean unsigned;
    private final int outputZeroPoint;
    private final IntBounds bounds;

    Integers(KernelSetup setup, ActivationFunctionType activation) {
        this.setup = setup;
        this.stored = Objects.requireNonNull(setup.constant(1));
        this.zeroPoint = setup.input(0).quantization().zeroPoint();
        this.unsigned = setup.input(0).type() == TensorType.UINT8;
        QuantizationParameters output = setup.output(0).quantization();
        this.outputZeroPoint = output.zeroPoint();
        this.bounds =
                FusedActivation.quantizedBounds(activation, setup.output(0).type(), output);
    }

    /// Whether everything is of 8 bits with constant weights and bias, and quantized as usual. What is not
    /// goes to the reference kernel, which tells what is wrong with it.
    ///
    /// @param channelDimension the weights' dimension that counts outputs
    /// @param symmetric whether signed weights must have zero point 0
    static boolean are(KernelSetup setup, int channelDimension, boolean symmetric) {
        TensorType type = setup.input(0).type();
        TensorType weights = setup.input(1).type();
        boolean types = type == TensorType.INT8 && (weights == TensorType.INT8 || weights == TensorType.INT4)
                || type == TensorType.UINT8 && weights == TensorType.UINT8;
        boolean constants = setup.constant(1) != null
                && (!setup.hasInput(2)
                        || setup.constant(2) != null && setup.input(2).type() == TensorType.INT32);
        return types
                && constants
                && setup.output(0).type() == type
                && areUsual(setup, channelDimension)
                && (weights == TensorType.UINT8 || isSymmetric(setup, symmetric));
    }

    private static boolean areUsual(KernelSetup setup, int channelDimension) {
        int scales = setup.input(1).quantization().scales().size();
        int outputs = setup.input(1).shape().dimension(channelDimension);
        return Stream.of(setup.input(0), setup.input(1), setup.output(0)).allMatch(Integers::isUsual)
                && setup.input(0).quantization().scales().size() == 1
                && setup.output(0).quantization().scales().size() == 1
                && (scales == 1 || scales == outputs)
                && (!setup.hasInput(2) || setup.input(2).shape().equals(Shape.of(outputs)));
    }

    /// Whether the tensor is of 8 bits and quantized as usual.
    static boolean isByte(TensorSpec spec) {
        return (spec.type() == TensorType.INT8 || spec.type() == TensorType.UINT8) && isUsual(spec);
    }

    /// Whether there are scales, and zero points that the type holds.
    private static boolean isUsual(TensorSpec spec) {
        QuantizationParameters quantization = spec.quantization();
        boolean usual = quantization.details() == null
                && quantization.zeroPoints().size() <= quantization.scales().size();
        int min = spec.type() == TensorType.UINT8 ? 0 : Byte.MIN_VALUE;
        for (int i = 0; usual && i < quantization.zeroPoints().size(); i++) {
            long zeroPoint = quantization.zeroPoints().get(i);
            usual = zeroPoint >= min && zeroPoint <= min + 255;
        }
        return usual;
    }

    private static boolean isSymmetric(KernelSetup setup, boolean always) {
        QuantizationParameters weights = setup.input(1).quantization();
        boolean must = always || weights.isPerChannel();
        for (int i = 0; must && i < weights.zeroPoints().size(); i++) {
            if (weights.zeroPoints().get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    Input input(Workers workers) {
        return new WidenedInput(zeroPoint, unsigned, workers);
    }

    /// The weights as they are stored, with the zero point taken off.
    float[] weights() {
        byte[] bytes = stored.bytes();
        QuantizationParameters quantization = setup.input(1).quantization();
        int shift = quantization.isPerChannel() ? 0 : quantization.zeroPoint();
        int mask = unsigned ? 255 : -1;
        float[] weights = new float[stored.elementCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (bytes[i] & mask) - shift;
        }
        return weights;
    }

    /// The products with weights that are stored output by output.
    IntegerTiles tiles(IntegerStage stage) {
        int outputs = stored.shape().dimension(0);
        int depth = stored.shape().flatSize(1, stored.shape().rank());
        int largest = unsigned ? Math.max(zeroPoint, 255 - zeroPoint) : Math.max(127 - zeroPoint, zeroPoint + 128);
        return new IntegerTiles(weights(), outputs, depth, largest, stage);
    }

    IntegerStage fixedPoint(Multipliers multipliers) {
        return IntegerStage.fixedPoint(bias(), multipliers.values().length, multipliers, outputZeroPoint, bounds);
    }

    IntegerStage doublePrecision(double[] factors) {
        return IntegerStage.doublePrecision(bias(), factors.length, factors, outputZeroPoint, bounds);
    }

    private int @Nullable [] bias() {
        Tensor bias = setup.hasInput(2) ? setup.constant(2) : null;
        return bias == null ? null : bias.ints();
    }
}
