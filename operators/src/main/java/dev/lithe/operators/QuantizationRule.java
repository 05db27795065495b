package dev.lithe.operators;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.schema.TensorType;
import java.util.Map;

/// An operator's quantization constraint, as data.
///
/// @param scales how the scales of activations depend on each other
/// @param fixedOutput for [Scales#FIXED_OUTPUT]: the output's parameters by type
/// @param weight the input that holds weights, or -1
/// @param channelDimension the weights' dimension for per-channel scales, or -1 where the kernels know only per-tensor
/// @param bias the input that holds the bias (scale = input scale x weight scale), or -1
/// @param int16 whether the kernels take 16-bit activations
/// @param hybrid whether there are kernels for float activations with 8-bit weights
public record QuantizationRule(
        Scales scales,
        Map<TensorType, QuantizationParameters> fixedOutput,
        int weight,
        int channelDimension,
        int bias,
        boolean int16,
        boolean hybrid) {
    /// How the scales of an operator's float operands (weights and biases aside) depend on each other.
    public enum Scales {
        /// Each operand and result has its own.
        INDEPENDENT,
        /// All are the same: the kernel copies or compares raw integers.
        SAME,
        /// The output's are fixed, the inputs' free.
        FIXED_OUTPUT,
        /// There is no integer kernel: the operator stays in float.
        UNSUPPORTED
    }

    public QuantizationRule {
        fixedOutput = Map.copyOf(fixedOutput);
    }

    public static QuantizationRule independent() {
        return new QuantizationRule(Scales.INDEPENDENT, Map.of(), -1, -1, -1, true, false);
    }

    public static QuantizationRule same() {
        return new QuantizationRule(Scales.SAME, Map.of(), -1, -1, -1, true, false);
    }

    public static QuantizationRule unsupported() {
        return new QuantizationRule(Scales.UNSUPPORTED, Map.of(), -1, -1, -1, false, false);
    }

    /// Fixed output parameters: `scale8`, `zeroPoint8` for INT8 and `scale16`, 0 for INT16.
    public static QuantizationRule fixedOutput(float scale8, int zeroPoint8, float scale16) {
        return new QuantizationRule(
                Scales.FIXED_OUTPUT,
                Map.of(
                        TensorType.INT8, QuantizationParameters.perTensor(scale8, zeroPoint8),
                        TensorType.INT16, QuantizationParameters.perTensor(scale16, 0)),
                -1,
                -1,
                -1,
                true,
                false);
    }

    /// Weights in input `weight` (per channel along `channelDimension`), bias in input `bias`; with hybrid kernels.
    public static QuantizationRule weighted(int weight, int channelDimension, int bias) {
        return new QuantizationRule(Scales.INDEPENDENT, Map.of(), weight, channelDimension, bias, true, true);
    }

    /// A product of two activations, of which hybrid kernels take the second in 8 bits.
    public static QuantizationRule product() {
        return new QuantizationRule(Scales.INDEPENDENT, Map.of(), -1, -1, -1, true, true);
    }

    /// The input that hybrid kernels take in 8 bits: the weights, or the second factor of a product.
    public int hybridWeight() {
        return weight >= 0 ? weight : 1;
    }

    /// The same without kernels for 16-bit activations.
    public QuantizationRule withoutInt16() {
        return new QuantizationRule(scales, fixedOutput, weight, channelDimension, bias, false, hybrid);
    }

    public boolean isQuantizable() {
        return scales != Scales.UNSUPPORTED;
    }
}
