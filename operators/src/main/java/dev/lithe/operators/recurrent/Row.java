package dev.lithe.operators.recurrent;

import dev.lithe.operators.support.IntegerInput;
import java.util.Arrays;

/// One vector that weights are multiplied with: as floats, and in hybrid kernels quantized to 8 bits as well.
///
/// @param at where the vector starts in `values`
/// @param stored the quantized vector without its zero point; empty in float kernels
/// @param storedAt where it starts in `stored`
/// @param scale of the quantized vector
record Row(float[] values, int at, int[] stored, int storedAt, float scale) {
    private static final int[] NONE = {};

    /// How a kernel quantizes the vectors that it computes with.
    enum Mode {
        FLOAT,
        SYMMETRIC,
        ASYMMETRIC;

        static Mode hybrid(boolean asymmetric) {
            return asymmetric ? ASYMMETRIC : SYMMETRIC;
        }
    }

    /// `count` vectors of `size` elements, one behind the other, each quantized for itself.
    static Row[] split(float[] values, int count, int size, Mode mode) {
        Row[] rows = new Row[count];
        if (mode == Mode.FLOAT) {
            Arrays.setAll(rows, i -> new Row(values, i * size, NONE, 0, 1));
            return rows;
        }
        IntegerInput quantized = IntegerInput.quantized(values, count, size, mode == Mode.ASYMMETRIC);
        Arrays.setAll(
                rows,
                i -> new Row(
                        values,
                        i * size,
                        quantized.values(),
                        i * size,
                        quantized.scales()[i]));
        return rows;
    }

    /// The vector of `size` elements that starts at `at`.
    static Row of(float[] values, int at, int size, Mode mode) {
        if (mode == Mode.FLOAT) {
            return new Row(values, at, NONE, 0, 1);
        }
        float[] own = Arrays.copyOfRange(values, at, at + size);
        return split(own, 1, size, mode)[0];
    }
}
