package dev.lithe.operators.support;

import dev.lithe.operators.support.FixedPoint.Multiplier;

/// `1 / sqrt(n)` of integers in fixed point, as LiteRT's quantized RSQRT, L2_NORMALIZATION and LSTM have it.
public final class InverseSquareRoot {
    private static final int ONE = 1 << 28; // numbers have 3 integer and 28 fractional bits
    private static final int THREE_HALVES = ONE + ONE / 2;
    private static final int HALF_ROOT_OF_TWO = (int) Math.round(Math.sqrt(0.5) * (1L << 31));
    private static final int STEPS = 5;

    private InverseSquareRoot() {}

    /// @param n at least 0; 0 is taken as 1
    public static Multiplier of(int n) {
        if (n <= 1) {
            return new Multiplier(Integer.MAX_VALUE, 0);
        }
        int right = 11; // the result is value / 2^31 / 2^right
        int scaled = n;
        while (scaled >= 1 << 29) {
            scaled /= 4;
            right++;
        }
        // Brought to [2^27, 2^29) by an even shift, so that half of it can be taken off the root.
        int pairs = (Integer.numberOfLeadingZeros(scaled) - 1) / 2 - 1;
        right -= pairs;
        scaled <<= 2 * pairs;
        int value = saturatingHighMul(newton(scaled >> 1), HALF_ROOT_OF_TWO);
        return right < 0 ? new Multiplier(value << -right, 0) : new Multiplier(value, -right);
    }

    /// Newton's method for `1 / sqrt(a)`, from 1: `x = x * 3/2 - x^3 * a/2`.
    private static int newton(int a) {
        int half = FixedPoint.roundingDivideByPowerOfTwo(a, 1);
        int x = ONE;
        for (int i = 0; i < STEPS; i++) {
            int cube = shiftLeft(saturatingHighMul(saturatingHighMul(x, x), x), 6);
            x = shiftLeft(saturatingHighMul(THREE_HALVES, x) - saturatingHighMul(half, cube), 3);
        }
        return x;
    }

    private static int saturatingHighMul(int a, int b) {
        return FixedPoint.saturatingRoundingDoublingHighMul(a, b);
    }

    private static int shiftLeft(int x, int bits) {
        long shifted = (long) x << bits;
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, shifted));
    }
}
