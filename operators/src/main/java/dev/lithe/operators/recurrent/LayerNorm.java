package dev.lithe.operators.recurrent;

import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;

/// Layer normalization of 16-bit gate sums: to mean 0 and variance 1 with 10 fractional bits, times coefficients, plus
/// bias, to 12 fractional bits.
@SuppressWarnings("ArrayRecordComponent") // never compared
record LayerNorm(short[] coefficients, int[] bias, Multiplier scale, int varianceGuard) {
    private static final int RESOLUTION = 1024;
    private static final int RESOLUTION_SQUARED = 1 << 20;
    private static final int OUTPUT_BITS = 12;
    private static final int HALF_SQRT_2 = 1518500250;

    void apply(int[] sums) {
        int count = sums.length;
        long total = 0;
        long squares = 0;
        for (int sum : sums) {
            total += sum;
            squares += sum * sum;
        }
        int mean = (int) (total * RESOLUTION / count);
        // The rounded reciprocal is only exact for a power of two: LiteRT's arithmetic, not ours.
        long spread = squares * (RESOLUTION_SQUARED / count) - (long) mean * mean;
        int variance = (int) (spread / RESOLUTION_SQUARED);
        Multiplier inverse = inverseSquareRoot(variance < 1 ? varianceGuard : variance);
        for (int i = 0; i < count; i++) {
            int normalized = inverse.apply(RESOLUTION * sums[i] - mean);
            long weighted = normalized * coefficients[i] + bias[i];
            int rounded = (int) ((weighted > 0 ? weighted + 512 : weighted - 512) / RESOLUTION);
            int scaled = FixedPoint.multiply(rounded, scale.value(), scale.shift() + OUTPUT_BITS);
            sums[i] = FixedPoint16.saturate(scaled);
        }
    }

    /// `1 / sqrt(x)`, by Newton steps on numbers with 3 integer bits.
    private static Multiplier inverseSquareRoot(int x) {
        if (x <= 1) {
            return new Multiplier(Integer.MAX_VALUE, 0);
        }
        int shift = 11;
        int value = x;
        while (value >= 1 << 29) {
            value /= 4;
            shift++;
        }
        int pairs = (Integer.numberOfLeadingZeros(value) - 1) / 2 - 1;
        shift -= pairs;
        int half = FixedPoint.roundingDivideByPowerOfTwo((value << (2 * pairs)) >> 1, 1);
        int root = 1 << 28;
        for (int i = 0; i < 5; i++) {
            int cube = saturatingShift(multiply(multiply(root, root), root), 6);
            root = saturatingShift(multiply((1 << 28) + (1 << 27), root) - multiply(half, cube), 3);
        }
        int result = multiply(root, HALF_SQRT_2);
        return shift < 0 ? new Multiplier(result << -shift, 0) : new Multiplier(result, -shift);
    }

    private static int multiply(int a, int b) {
        return FixedPoint.saturatingRoundingDoublingHighMul(a, b);
    }

    private static int saturatingShift(int x, int bits) {
        long shifted = (long) x << bits;
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, shifted));
    }
}
