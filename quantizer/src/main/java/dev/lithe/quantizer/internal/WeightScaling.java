package dev.lithe.quantizer.internal;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.WeightMath;
import dev.lithe.operators.WeightMath.WeightRounding;
import org.jspecify.annotations.Nullable;

/// How one weight constant becomes 8-bit integers.
///
/// @param dimension the dimension of per-channel scales, or -1 for one scale
/// @param largest the largest magnitude of each channel
/// @param bounds the magnitude that stands for 127 steps, by channel
/// @param fitted scales that were widened so that a bias fits, in the place of those from `bounds`; or null
record WeightScaling(
        Shape shape,
        int dimension,
        float[] largest,
        double[] bounds,
        WeightRounding rounding,
        QuantizationMath.@Nullable BiasFit fitted) {
    static WeightScaling of(TensorSpec weights, float[] values, int dimension, WeightRounding rounding) {
        float[] largest = WeightMath.largest(values, weights.shape(), dimension);
        double[] bounds = WeightMath.bounds(values, weights.shape(), dimension);
        return new WeightScaling(weights.shape(), dimension, largest, bounds, rounding, null);
    }

    /// The scaling under which no bias passes half of the 32-bit range (spec §3.1, bias overflow guard).
    WeightScaling fitting(float inputScale, float[] bias, boolean wideActivations) {
        if (wideActivations) {
            double[] wide = QuantizationMath.fitBiasWide(inputScale, largest, bias);
            return new WeightScaling(shape, dimension, largest, wide, rounding, null);
        }
        QuantizationMath.BiasFit fit = QuantizationMath.fitBias(inputScale, scales(), bias);
        return fit.adjusted() ? new WeightScaling(shape, dimension, largest, bounds, rounding, fit) : this;
    }

    float[] scales() {
        if (fitted != null) {
            return fitted.weightScales();
        }
        float[] scales = new float[bounds.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = WeightMath.scaleWithin(bounds[i]);
        }
        return scales;
    }

    float[] biasScales(float inputScale) {
        return fitted != null ? fitted.biasScales() : QuantizationMath.biasScales(inputScale, scales());
    }

    QuantizationParameters parameters() {
        float[] scales = scales();
        return dimension < 0
                ? QuantizationParameters.perTensor(scales[0], 0)
                : QuantizationParameters.perChannel(scales, dimension);
    }

    byte[] encode(float[] values) {
        return fitted != null
                ? WeightMath.quantize(values, shape, dimension, fitted.weightScales())
                        .values()
                : WeightMath.quantizeWithin(values, shape, dimension, bounds, rounding)
                        .values();
    }
}
