package dev.lithe.operators.activation;

import dev.lithe.operators.support.PowerOfTwo;
import java.util.OptionalInt;

/// The logistic function on 16-bit integers, by a table of 256 values and linear interpolation; TANH uses the
/// same table, as `tanh(x) = 2 * logistic(2 * x) - 1`.
final class SigmoidTable {
    /// `logistic(i / 24)` in 16 bits, each lowered or raised by half of what a straight line to the next one misses in
    /// the middle.
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length - 1; i++) {
            double missed = (node(i) + node(i + 1)) / 2 - node(i + 0.5);
            TABLE[i] = (int) Math.round(node(i) - missed / 2);
        }
        TABLE[TABLE.length - 1] = 65535;
    }

    private static double node(double i) {
        return 65536 / (1 + Math.exp(-i / 24));
    }

    private SigmoidTable() {}

    /// How inputs are brought to the table's scale of 1 / (3 * 4096): `(x * factor + half) >> shift`.
    record Scaling(int factor, int shift) {
        /// @param scale of the input
        /// @param maxExponent the largest exponent above -12 for which a power of two is only shifted
        static Scaling of(float scale, int maxExponent) {
            OptionalInt exponent = PowerOfTwo.exponent(scale);
            if (exponent.isPresent()) {
                int above = 12 + exponent.getAsInt();
                if (above >= 0 && above <= maxExponent) {
                    return new Scaling(3 << above, 0);
                }
            }
            double factor = scale * 4096.0 * 3.0;
            int shift = 0;
            while (factor <= 32767.0 / 2.0 && shift <= 30) {
                shift++;
                factor *= 2;
            }
            return new Scaling((int) factor, shift);
        }

        int apply(int x) {
            int half = shift > 0 ? 1 << (shift - 1) : 0;
            return (x * factor + half) >> shift;
        }
    }

    static int logistic(int scaled) {
        int magnitude = Math.abs(scaled);
        int index = magnitude >> 9;
        int value = 0x7FFF << 10;
        if (index < 255) {
            value = (TABLE[index] << 9) + (magnitude & 0x1FF) * (TABLE[index + 1] - TABLE[index]);
        }
        value = scaled >= 0 ? value + (1 << 9) : (1 << 25) - value + (1 << 9) - 1;
        return value >>> 10;
    }

    static int tanh(int scaled) {
        int magnitude = Math.abs(scaled);
        int index = magnitude >> 8;
        int value = 0xFFFF << 8;
        if (index < 255) {
            value = (TABLE[index] << 8) + (magnitude & 0xFF) * (TABLE[index + 1] - TABLE[index]);
        }
        value = scaled >= 0 ? value - (1 << 23) + (1 << 7) : -value + (1 << 23) + (1 << 7) - 1;
        return value >> 8;
    }
}
