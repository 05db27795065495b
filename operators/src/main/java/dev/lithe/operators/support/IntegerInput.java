package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;

/// The input of an integer kernel with its zero point taken off, and the scale and zero point of each slice (image or
/// row) where it was quantized at run time.
public record IntegerInput(int[] values, float[] scales, int[] zeroPoints) {
    private static final float[] NO_SCALES = {};
    private static final int[] NO_ZERO_POINTS = {};

    /// A quantized tensor (INT8, UINT8, INT16 or INT32).
    public static IntegerInput of(Tensor quantized) {
        int[] values = new int[quantized.elementCount()];
        int zeroPoint = quantized.quantization().zeroPoint();
        if (quantized.array() instanceof short[] shorts) {
            for (int i = 0; i < values.length; i++) {
                values[i] = shorts[i] - zeroPoint;
            }
        } else if (quantized.array() instanceof int[] ints) {
            for (int i = 0; i < values.length; i++) {
                values[i] = ints[i] - zeroPoint;
            }
        } else {
            byte[] bytes = quantized.bytes();
            int mask = quantized.type() == TensorType.UINT8 ? 255 : -1;
            for (int i = 0; i < values.length; i++) {
                values[i] = (bytes[i] & mask) - zeroPoint;
            }
        }
        return new IntegerInput(values, NO_SCALES, NO_ZERO_POINTS);
    }

    /// Floats, quantized slice by slice to 8 bits as LiteRT's hybrid kernels do it.
    ///
    /// @param asymmetric between each slice's own minimum and maximum; otherwise between +- its largest magnitude
    public static IntegerInput quantized(float[] floats, int slices, int size, boolean asymmetric) {
        int[] values = new int[slices * size];
        float[] scales = new float[slices];
        int[] zeroPoints = new int[slices];
        for (int slice = 0; slice < slices; slice++) {
            int from = slice * size;
            scales[slice] = asymmetric
                    ? quantizeAsymmetric(floats, from, from + size, values, zeroPoints, slice)
                    : quantizeSymmetric(floats, from, from + size, values);
        }
        return new IntegerInput(values, scales, zeroPoints);
    }

    private static float quantizeSymmetric(float[] floats, int from, int to, int[] values) {
        float largest = 0;
        for (int i = from; i < to; i++) {
            largest = Math.max(largest, Math.abs(floats[i]));
        }
        if (largest == 0) {
            return 1;
        }
        float inverse = 127 / largest;
        quantize(floats, from, to, inverse, 127, 127, values);
        return largest / 127;
    }

    private static float quantizeAsymmetric(
            float[] floats, int from, int to, int[] values, int[] zeroPoints, int slice) {
        float low = 0;
        float high = 0;
        for (int i = from; i < to; i++) {
            low = Math.min(low, floats[i]);
            high = Math.max(high, floats[i]);
        }
        if (low == high) {
            return 1;
        }
        // The difference is taken in single precision, the rest in double.
        double exact = (double) (high - low) / 255;
        int zeroPoint = zeroPoint(low, high, exact);
        zeroPoints[slice] = zeroPoint;
        float scale = (float) exact;
        quantize(floats, from, to, 1 / scale, 128 + zeroPoint, 127 - zeroPoint, values);
        return scale;
    }

    /// `x * inverse`, rounded, within `-below` and `above`; the zero point is not added, only its bounds are kept.
    ///
    /// LiteRT rounds eight elements at a time by adding one half and cutting off, the rest by C's `round`. They
    /// differ at the largest number below one half.
    private static void quantize(float[] floats, int from, int to, float inverse, int below, int above, int[] values) {
        int blocks = from + ((to - from) & -8);
        for (int i = from; i < blocks; i++) {
            float scaled = floats[i] * inverse;
            values[i] = Rounding.clamp((int) (scaled + Math.copySign(0.5f, scaled)), -below, above);
        }
        for (int i = blocks; i < to; i++) {
            values[i] = Rounding.clamp((int) Rounding.halfAway(floats[i] * inverse), -below, above);
        }
    }

    /// The zero point from that end of the range that carries the smaller rounding error.
    private static int zeroPoint(double low, double high, double scale) {
        double fromLow = -128 - low / scale;
        double fromHigh = 127 - high / scale;
        double lowError = 128 + Math.abs(low / scale);
        double highError = 127 + Math.abs(high / scale);
        double zeroPoint = lowError < highError ? fromLow : fromHigh;
        return zeroPoint <= -128 ? -128 : zeroPoint >= 127 ? 127 : (int) Rounding.halfAway(zeroPoint);
    }
}
