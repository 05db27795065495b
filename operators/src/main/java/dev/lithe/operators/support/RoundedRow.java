package dev.lithe.operators.support;

/// A row of floats, quantized to 8 bits between its minimum and maximum as XNNPACK does it: in single precision,
/// halves to even. (LiteRT's own hybrid kernels are [IntegerInput].)
public final class RoundedRow {
    private final int[] values;
    private float scale;

    public RoundedRow(int length) {
        this.values = new int[length];
    }

    /// The integers of the last row, zero point taken off.
    public int[] values() {
        return values;
    }

    /// What an integer of the last row stands for.
    public float scale() {
        return scale;
    }

    /// Quantizes the elements from `from` on.
    public void quantize(float[] floats, int from) {
        float low = 0;
        float high = 0;
        for (int i = 0; i < values.length; i++) {
            low = Math.min(low, floats[from + i]);
            high = Math.max(high, floats[from + i]);
        }
        float inverse = low == high ? 1 : 255 / (high - low);
        int zeroPoint = zeroPoint(low * inverse, high * inverse);
        for (int i = 0; i < values.length; i++) {
            float scaled = Math.max(-128f - zeroPoint, Math.min(127f - zeroPoint, floats[from + i] * inverse));
            values[i] = (int) Math.rint(scaled);
        }
        scale = 1 / inverse;
    }

    /// The zero point from that end of the range that carries the smaller rounding error.
    private static int zeroPoint(float low, float high) {
        boolean fromLow = (-128 + low) + (127 + high) > 0;
        float zeroPoint = fromLow ? -128 - low : 127 - high;
        return (int) Math.rint(Math.max(-128, Math.min(127, zeroPoint)));
    }
}
