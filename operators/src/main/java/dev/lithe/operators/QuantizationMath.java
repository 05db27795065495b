package dev.lithe.operators;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.TensorType;

/// Scales, zero points and stored integers for activations, constants and biases, bit for bit as TensorFlow 2.21
/// computes them ([WeightMath] has the weights). "Rounded" means to the nearest integer, halves away from zero.
public final class QuantizationMath {
    /// A range narrower than this is widened: a constant tensor still needs a scale above 0.
    private static final double NARROW = 1e-6;
    /// The largest quantized bias that leaves the accumulator as much room again.
    private static final int LARGEST_BIAS = Integer.MAX_VALUE / 2;

    private static final float LARGEST_FLOAT16 = 65504;

    private QuantizationMath() {}

    /// Asymmetric INT8 parameters for values in [`min`, `max`], widened to hold 0. The scale is `(max - min) / 255` in
    /// single precision and the zero point comes from `min` alone, which is what TensorFlow's integer quantization
    /// writes (its "legacy float scale").
    ///
    /// @throws IllegalArgumentException where the range is not finite or upside down
    public static QuantizationParameters activationInt8(double min, double max) {
        requireRange(min, max);
        double low = Math.min(min, 0);
        double high = Math.max(max, 0);
        if (high - low < NARROW) {
            low -= NARROW;
            high += NARROW;
        }
        return asymmetricInt8(low, high);
    }

    /// As [#activationInt8] with the zero point moved by 128.
    public static QuantizationParameters activationUint8(double min, double max) {
        QuantizationParameters signed = activationInt8(min, max);
        return QuantizationParameters.perTensor(signed.scale(), signed.zeroPoint() + 128L);
    }

    /// Symmetric INT16 parameters: `max(|min|, |max|) / 32767`, zero point 0. A range of nothing but 0 is widened to
    /// 1e-6 on either side, where TensorFlow writes a scale of 0.
    ///
    /// @throws IllegalArgumentException where the range is not finite or upside down
    public static QuantizationParameters activationInt16(double min, double max) {
        requireRange(min, max);
        float bound = (float) Math.max(Math.abs(min), Math.abs(max));
        return QuantizationParameters.perTensor((bound == 0 ? (float) NARROW : bound) / 32767, 0);
    }

    /// INT8 parameters for a constant that is used like an activation, from its own values.
    ///
    /// @throws IllegalArgumentException where a value is not finite
    public static QuantizationParameters constantInt8(float[] values) {
        double low = 0;
        double high = 0;
        for (float value : values) {
            requireRange(value, value);
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        if (high - low <= NARROW) {
            low = Math.min(low, -NARROW / 2);
            high = Math.max(high, NARROW / 2);
        }
        return asymmetricInt8(low, high);
    }

    /// A constant's INT8 values: `value / scale + zeroPoint` in double precision, rounded once. (A QUANTIZE operator
    /// rounds before it adds the zero point; halves come out differently.)
    public static byte[] quantizeConstantInt8(float[] values, QuantizationParameters parameters) {
        double scale = parameters.scale();
        double zeroPoint = parameters.zeroPoint();
        byte[] quantized = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            double rounded = Rounding.halfAway(values[i] / scale + zeroPoint);
            quantized[i] = (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, rounded));
        }
        return quantized;
    }

    /// A constant's symmetric INT16 values: `value * (1 / scale)` in single precision, rounded, within +-32767.
    public static short[] quantizeConstantInt16(float[] values, float scale) {
        float inverse = 1 / scale;
        short[] quantized = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            float rounded = Rounding.halfAway(values[i] * inverse);
            quantized[i] = (short) Math.max(-Short.MAX_VALUE, Math.min(Short.MAX_VALUE, rounded));
        }
        return quantized;
    }

    /// The scales of a bias, one per weight scale: `inputScale * weightScale` in single precision.
    public static float[] biasScales(float inputScale, float[] weightScales) {
        float[] scales = new float[weightScales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = inputScale * weightScales[i];
        }
        return scales;
    }

    /// Weight and bias scales that belong together.
    public record BiasFit(float[] weightScales, float[] biasScales, boolean adjusted) {}

    /// Scales for which no 32-bit bias passes half of its range. Where one would (weights of almost nothing beside a
    /// bias), the bias scale grows to `|bias| / (2^30 - 1)` and the weight scale with it; the weights are then
    /// to be quantized with the scale returned here. One weight scale stands for all biases.
    public static BiasFit fitBias(float inputScale, float[] weightScales, float[] bias) {
        float[] weights = weightScales.clone();
        float[] biases = biasScales(inputScale, weightScales);
        boolean adjusted = false;
        for (int i = 0; i < biases.length; i++) {
            double magnitude = biases.length == 1 ? largest(bias) : Math.abs(bias[i]);
            if (magnitude / biases[i] > LARGEST_BIAS) {
                double scale = magnitude / LARGEST_BIAS;
                biases[i] = (float) scale;
                weights[i] = (float) (scale / inputScale);
                adjusted = true;
            }
        }
        return new BiasFit(weights, biases, adjusted);
    }

    /// The bounds of weights (magnitudes that stand for 127 steps) for which no bias passes half of the 32-bit
    /// range beside 16-bit activations: TensorFlow's older quantizer widens a channel's weights to
    /// `|bias| / ((2^31 - 1) / 2) * (127 / inputScale)`. One bound stands for all biases. A channel without weights
    /// and bias gets [WeightMath#SMALLEST].
    public static double[] fitBiasWide(float inputScale, float[] largestWeights, float[] bias) {
        double[] bounds = new double[largestWeights.length];
        for (int i = 0; i < bounds.length; i++) {
            double magnitude = bounds.length == 1 ? largest(bias) : Math.abs(bias[i]);
            float needed = (float) (magnitude / (Integer.MAX_VALUE / 2.0) * (127 / inputScale));
            float bound = Math.max(largestWeights[i], needed);
            bounds[i] = bound > 0 ? bound : WeightMath.SMALLEST;
        }
        return bounds;
    }

    /// A bias in INT32 (the bias of 8-bit operators): `bias * (1 / scale)` in single precision, rounded, within
    /// +-(2^31 - 1). `scales` holds one scale, or one per value.
    public static int[] biasInt32(float[] bias, float[] scales) {
        int[] quantized = new int[bias.length];
        for (int i = 0; i < bias.length; i++) {
            double clamped = Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, roundedBias(bias, scales, i)));
            quantized[i] = (int) clamped;
        }
        return quantized;
    }

    /// A bias in INT64 (16-bit activations). The product is in single precision here too, as TensorFlow has it: a large
    /// value carries 24 significant bits, not 64.
    public static long[] biasInt64(float[] bias, float[] scales) {
        long[] quantized = new long[bias.length];
        for (int i = 0; i < bias.length; i++) {
            quantized[i] = Math.max(-Long.MAX_VALUE, (long) roundedBias(bias, scales, i));
        }
        return quantized;
    }

    /// IEEE half precision, to the nearest, ties to even, subnormals kept; what is beyond +-65504 becomes +-65504, not
    /// infinity.
    public static short[] toFloat16(float[] values) {
        short[] halves = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            float value = values[i];
            float clamped = value > LARGEST_FLOAT16 ? LARGEST_FLOAT16 : value < -LARGEST_FLOAT16 ? -65504 : value;
            halves[i] = Float.floatToFloat16(clamped);
        }
        return halves;
    }

    public static float[] fromFloat16(short[] halves) {
        float[] values = new float[halves.length];
        for (int i = 0; i < halves.length; i++) {
            values[i] = Float.float16ToFloat(halves[i]);
        }
        return values;
    }

    /// What the QUANTIZE operator makes of `values`: `round(value / scale) + zeroPoint` in single precision, within the
    /// type's range. NaN becomes the zero point.
    ///
    /// @param type INT8, UINT8 or INT16
    /// @param parameters per tensor or per channel
    public static Tensor quantize(Tensor values, TensorType type, QuantizationParameters parameters) {
        Tensor quantized = Tensor.allocate(type, values.shape(), parameters);
        quantizeInto(values, quantized);
        return quantized;
    }

    /// As [#quantize(Tensor, TensorType, QuantizationParameters)], by the type and parameters of `target`, into its
    /// array.
    public static void quantizeInto(Tensor values, Tensor target) {
        QuantizationParameters parameters = target.quantization();
        float[] source = values.floats();
        int min = FusedActivation.minOf(target.type());
        int max = FusedActivation.maxOf(target.type());
        int size = sliceSize(values, parameters);
        for (int from = 0, slice = 0; from < values.elementCount(); from += size, slice++) {
            float scale = scale(parameters, slice);
            int zeroPoint = zeroPoint(parameters, slice);
            if (target.array() instanceof byte[] bytes) {
                for (int i = from; i < from + size; i++) {
                    bytes[i] = (byte) quantize(source[i], scale, zeroPoint, min, max);
                }
            } else {
                short[] shorts = target.shorts();
                for (int i = from; i < from + size; i++) {
                    shorts[i] = (short) quantize(source[i], scale, zeroPoint, min, max);
                }
            }
        }
    }

    /// One value of [#quantize(Tensor, TensorType, QuantizationParameters)].
    public static int quantize(float value, float scale, int zeroPoint, int min, int max) {
        // The cast saturates and turns NaN into 0; the sum is in 64 bits, so an infinite value ends at a bound.
        long steps = (int) Rounding.halfAway(value / scale);
        return (int) Math.max(min, Math.min(max, steps + zeroPoint));
    }

    /// The real values of a quantized tensor, per tensor or per channel: `scale * (stored - zeroPoint)` in single
    /// precision. FLOAT16 is widened.
    public static Tensor dequantize(Tensor quantized) {
        Tensor values = Tensor.allocate(TensorType.FLOAT32, quantized.shape(), QuantizationParameters.NONE);
        dequantizeInto(quantized, values);
        return values;
    }

    /// As [#dequantize(Tensor)], into the array of `target` (FLOAT32).
    public static void dequantizeInto(Tensor quantized, Tensor target) {
        float[] values = target.floats();
        if (quantized.type() == TensorType.FLOAT16) {
            short[] halves = quantized.shorts();
            for (int i = 0; i < quantized.elementCount(); i++) {
                values[i] = Float.float16ToFloat(halves[i]);
            }
            return;
        }
        QuantizationParameters parameters = quantized.quantization();
        int mask = quantized.type() == TensorType.UINT8 ? 255 : -1;
        int size = sliceSize(quantized, parameters);
        for (int from = 0, slice = 0; from < quantized.elementCount(); from += size, slice++) {
            float scale = scale(parameters, slice);
            int zeroPoint = zeroPoint(parameters, slice);
            if (quantized.array() instanceof byte[] bytes) {
                for (int i = from; i < from + size; i++) {
                    values[i] = scale * ((bytes[i] & mask) - zeroPoint);
                }
            } else {
                short[] shorts = quantized.shorts();
                for (int i = from; i < from + size; i++) {
                    values[i] = scale * (shorts[i] - zeroPoint);
                }
            }
        }
    }

    /// How many consecutive elements share a scale.
    private static int sliceSize(Tensor tensor, QuantizationParameters parameters) {
        return parameters.isPerChannel()
                ? innerSize(tensor.shape(), parameters.quantizedDimension())
                : tensor.elementCount();
    }

    private static float scale(QuantizationParameters parameters, int slice) {
        return parameters.scales().get(slice % parameters.scales().size());
    }

    /// The zero point of a slice; one that stands for all channels is allowed, and none is 0.
    private static int zeroPoint(QuantizationParameters parameters, int slice) {
        int count = parameters.zeroPoints().size();
        return count == 0 ? 0 : Math.toIntExact(parameters.zeroPoints().get(slice % count));
    }

    /// How many consecutive elements belong to one index of `dimension`.
    static int innerSize(Shape shape, int dimension) {
        return shape.flatSize(dimension + 1, shape.rank());
    }

    private static QuantizationParameters asymmetricInt8(double low, double high) {
        float scale = ((float) high - (float) low) / 255;
        float zeroPoint = (float) (-128 - low / scale);
        int clamped = zeroPoint < -128 ? -128 : zeroPoint > 127 ? 127 : (int) Rounding.halfAway(zeroPoint);
        return QuantizationParameters.perTensor(scale, clamped);
    }

    private static double roundedBias(float[] bias, float[] scales, int index) {
        float scale = scales.length == 1 ? scales[0] : scales[index];
        float inverse = scale == 0 ? 0 : (float) (1.0 / scale);
        return Rounding.halfAway(bias[index] * inverse);
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static void requireRange(double min, double max) {
        if (!(min <= max) || Double.isInfinite(min) || Double.isInfinite(max)) {
            throw new IllegalArgumentException("[" + min + ", " + max + "] is no finite range");
        }
    }
}
