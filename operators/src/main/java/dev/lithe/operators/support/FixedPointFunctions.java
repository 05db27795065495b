package dev.lithe.operators.support;

import static dev.lithe.operators.support.FixedPoint.roundingDivideByPowerOfTwo;
import static dev.lithe.operators.support.FixedPoint.saturatingRoundingDoublingHighMul;

/// Functions on 32-bit fixed-point numbers, computed as gemmlowp does, on whose arithmetic LiteRT's reference kernels
/// stand. `Qm.n` has `m` integer and `n` fractional bits; Q0.31 spans [-1, 1).
public final class FixedPointFunctions {
    private static final int[] EXP_OF_NEGATIVE_POWERS = new int[7];
    private static final int EXP_OF_MINUS_EIGHTH = q31(Math.exp(-1.0 / 8));
    private static final int THIRD = q31(1.0 / 3);
    private static final int Q2_48_OVER_17 = q31(48.0 / 17 / 4);
    private static final int Q2_MINUS_32_OVER_17 = q31(-32.0 / 17 / 4);

    static {
        for (int k = 0; k < EXP_OF_NEGATIVE_POWERS.length; k++) {
            EXP_OF_NEGATIVE_POWERS[k] = q31(Math.exp(-Math.scalb(1.0, k - 2)));
        }
    }

    private FixedPointFunctions() {}

    private static int q31(double value) {
        return (int) Math.round(Math.scalb(value, 31));
    }

    /// `exp(a)` in Q0.31.
    ///
    /// @param a not above 0, in Q5.26
    public static int expOnNegative(int a) {
        if (a == 0) {
            return Integer.MAX_VALUE;
        }
        int quarter = 1 << 24;
        int fraction = (a & (quarter - 1)) - quarter; // a modulo 1/4, in [-1/4, 0)
        int result = expBetweenMinusQuarterAndZero(fraction << 5);
        int remainder = fraction - a; // a multiple of 1/4: bit by bit, multiply by exp(-1/4), exp(-1/2), …
        for (int k = 0; k < EXP_OF_NEGATIVE_POWERS.length; k++) {
            if ((remainder & (quarter << k)) != 0) {
                result = saturatingRoundingDoublingHighMul(result, EXP_OF_NEGATIVE_POWERS[k]);
            }
        }
        return result;
    }

    /// `exp(a)` for `a` in [-1/4, 0), both in Q0.31: four terms of the Taylor series around -1/8.
    private static int expBetweenMinusQuarterAndZero(int a) {
        int x = a + (1 << 28);
        int x2 = saturatingRoundingDoublingHighMul(x, x);
        int x3 = saturatingRoundingDoublingHighMul(x2, x);
        int x4 = saturatingRoundingDoublingHighMul(x2, x2);
        int tail = saturatingRoundingDoublingHighMul(roundingDivideByPowerOfTwo(x4, 2) + x3, THIRD) + x2;
        int series = x + roundingDivideByPowerOfTwo(tail, 1);
        return EXP_OF_MINUS_EIGHTH + saturatingRoundingDoublingHighMul(EXP_OF_MINUS_EIGHTH, series);
    }

    /// `1 / (1 + a)` in Q0.31, for `a` in [0, 1) in Q0.31: three Newton steps.
    public static int oneOverOnePlus(int a) {
        int halfDenominator = (int) (((long) a + Integer.MAX_VALUE + 1) / 2);
        int x = Q2_48_OVER_17 + saturatingRoundingDoublingHighMul(halfDenominator, Q2_MINUS_32_OVER_17);
        for (int i = 0; i < 3; i++) {
            int error = (1 << 29) - saturatingRoundingDoublingHighMul(halfDenominator, x);
            x += saturatingShiftLeft(saturatingRoundingDoublingHighMul(x, error), 2);
        }
        return saturatingShiftLeft(x, 1);
    }

    /// `1 / x` as `value / 2^31 / 2^bitsOverUnit`.
    public record Reciprocal(int value, int bitsOverUnit) {
        /// @param x above 0, a fixed-point number
        /// @param integerBits how many integer bits `x` has
        public static Reciprocal of(int x, int integerBits) {
            int headroom = Integer.numberOfLeadingZeros(x);
            int fraction = (x << headroom) - Integer.MIN_VALUE; // x = 1.fraction * 2^bitsOverUnit
            return new Reciprocal(oneOverOnePlus(fraction), integerBits - headroom);
        }
    }

    private static int saturatingShiftLeft(int x, int bits) {
        long shifted = (long) x << bits;
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, shifted));
    }

    /// How many bits below the sign bit repeat it.
    public static int leadingSignBits(int x) {
        return Integer.numberOfLeadingZeros(x ^ (x >> 31)) - 1;
    }
}
