package dev.lithe.operators.recurrent;

import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.InverseSquareRoot;

/// Layer normalization of 16-bit gate sums: to mean 0 and variance 1 with 10 fractional bits, times coefficients, plus
/// bias, to 12 fractional bits.
@SuppressWarnings("ArrayRecordComponent") // never compared
record LayerNorm(short[] coefficients, int[] bias, Multiplier scale, int varianceGuard) {
    private static final int RESOLUTION = 1024;
    private static final int RESOLUTION_SQUARED = 1 << 20;
    private static final int OUTPUT_BITS = 12;

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
        Multiplier inverse = InverseSquareRoot.of(variance < 1 ? varianceGuard : variance);
        for (int i = 0; i < count; i++) {
            int normalized = inverse.apply(RESOLUTION * sums[i] - mean);
            long weighted = normalized * coefficients[i] + bias[i];
            int rounded = (int) ((weighted > 0 ? weighted + 512 : weighted - 512) / RESOLUTION);
            int scaled = FixedPoint.multiply(rounded, scale.value(), scale.shift() + OUTPUT_BITS);
            sums[i] = FixedPoint16.saturate(scaled);
        }
    }
}
