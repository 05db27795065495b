package dev.lithe.operators;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.Floats;
import dev.lithe.schema.Longs;

/// Symmetric INT8 weights in [-127, 127], bit for bit as TensorFlow 2.21 computes them.
///
/// All three of its quantizers scale by `largest magnitude / 127`, but they round a weight differently, which shows at
/// exact and near halves (a few of a hundred thousand weights).
public final class WeightMath {
    /// A channel of smaller magnitude gets the scale of this one: a channel of zeros still needs a scale above 0.
    public static final double SMALLEST = 5e-7;

    private WeightMath() {}

    /// How a weight becomes an integer. Halves are rounded away from zero in all of them.
    public enum WeightRounding {
        /// Integer quantization per channel: `weight * (1 / scale)`, both steps in single precision.
        BY_INVERSE_SCALE,
        /// Integer quantization per tensor, and TensorFlow's older quantizer (16-bit activations) throughout:
        /// `weight * (127 / largest)`, both steps in single precision.
        BY_INVERSE_RANGE,
        /// Dynamic range: `weight / scale` in double precision, with the scale as it was before it was narrowed to the
        /// single precision that the file holds.
        BY_EXACT_SCALE
    }

    /// Weights in INT8 and what they stand for.
    public record QuantizedWeights(byte[] values, QuantizationParameters parameters) {}

    /// The scale of a channel (or tensor) whose largest magnitude is `largest`.
    public static float scale(double largest) {
        return scaleWithin(bound(largest));
    }

    /// The scale by which `bound`, above 0, takes 127 steps.
    public static float scaleWithin(double bound) {
        float single = (float) bound;
        return (single + single) / 254;
    }

    /// The largest magnitude in each slice of `dimension`; -1 takes all weights as one slice.
    public static float[] largest(float[] weights, Shape shape, int dimension) {
        int channels = dimension < 0 ? 1 : shape.dimension(dimension);
        int inner = dimension < 0 ? Math.max(weights.length, 1) : QuantizationMath.innerSize(shape, dimension);
        float[] largest = new float[channels];
        int channel = 0;
        for (int start = 0; start < weights.length; start += inner) {
            float magnitude = largest[channel];
            for (int i = start; i < start + inner; i++) {
                magnitude = Math.max(magnitude, Math.abs(weights[i]));
            }
            largest[channel] = magnitude;
            channel = channel + 1 == channels ? 0 : channel + 1;
        }
        return largest;
    }

    /// Scales for each slice of `dimension`, or for the whole tensor with -1.
    public static float[] scales(float[] weights, Shape shape, int dimension) {
        float[] scales = largest(weights, shape, dimension);
        for (int i = 0; i < scales.length; i++) {
            scales[i] = scale(scales[i]);
        }
        return scales;
    }

    /// Weights by their own largest magnitudes.
    ///
    /// @param dimension the channels' dimension, or -1 for one scale
    /// @throws IllegalArgumentException where a weight is not finite
    public static QuantizedWeights quantize(float[] weights, Shape shape, int dimension, WeightRounding rounding) {
        return quantizeWithin(weights, shape, dimension, bounds(weights, shape, dimension), rounding);
    }

    /// The magnitude of each slice of `dimension` that stands for 127 steps: its largest, or [#SMALLEST].
    public static double[] bounds(float[] weights, Shape shape, int dimension) {
        float[] largest = largest(weights, shape, dimension);
        double[] bounds = new double[largest.length];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = bound(largest[i]);
        }
        return bounds;
    }

    /// Weights by given bounds (one per slice of `dimension`, or one with -1), each above 0 and standing for 127
    /// steps.
    ///
    /// @throws IllegalArgumentException where a bound is not finite
    public static QuantizedWeights quantizeWithin(
            float[] weights, Shape shape, int dimension, double[] bounds, WeightRounding rounding) {
        float[] scales = new float[bounds.length];
        double[] factors = new double[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            if (!Double.isFinite(bounds[i])) {
                throw new IllegalArgumentException("a weight of channel " + i + " is not finite");
            }
            scales[i] = scaleWithin(bounds[i]);
            factors[i] = switch (rounding) {
                case BY_INVERSE_SCALE -> 1 / scales[i];
                case BY_INVERSE_RANGE -> 127 / (float) bounds[i];
                case BY_EXACT_SCALE -> 2 * bounds[i] / 254;
            };
        }
        boolean divide = rounding == WeightRounding.BY_EXACT_SCALE;
        byte[] values = quantize(weights, shape, dimension, factors, divide);
        return new QuantizedWeights(values, parameters(scales, dimension));
    }

    /// Weights by given scales (one per slice of `dimension`, or one with -1), rounded by the inverse scale.
    public static QuantizedWeights quantize(float[] weights, Shape shape, int dimension, float[] scales) {
        double[] factors = new double[scales.length];
        for (int i = 0; i < scales.length; i++) {
            factors[i] = 1 / scales[i];
        }
        return new QuantizedWeights(quantize(weights, shape, dimension, factors, false), parameters(scales, dimension));
    }

    private static QuantizationParameters parameters(float[] scales, int dimension) {
        return new QuantizationParameters(
                Floats.of(scales),
                Longs.of(new long[scales.length]),
                Math.max(dimension, 0),
                Floats.EMPTY,
                Floats.EMPTY,
                null);
    }

    private static byte[] quantize(float[] weights, Shape shape, int dimension, double[] factors, boolean divide) {
        int inner = dimension < 0 ? Math.max(weights.length, 1) : QuantizationMath.innerSize(shape, dimension);
        byte[] values = new byte[weights.length];
        int channel = 0;
        for (int start = 0; start < weights.length; start += inner) {
            double factor = factors[channel];
            for (int i = start; i < start + inner; i++) {
                double scaled = divide ? weights[i] / factor : weights[i] * (float) factor;
                values[i] = (byte) Math.max(-127, Math.min(127, Rounding.halfAway(scaled)));
            }
            channel = channel + 1 == factors.length ? 0 : channel + 1;
        }
        return values;
    }

    private static double bound(double largest) {
        return Math.max(largest, SMALLEST);
    }
}
