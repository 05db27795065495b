package dev.lithe.operators.recurrent;

import static dev.lithe.operators.support.FixedPoint.roundingDivideByPowerOfTwo;
import static dev.lithe.operators.support.FixedPoint.saturatingRoundingDoublingHighMul;

/// Logistic and tanh on 16-bit fixed-point numbers, step by step as gemmlowp computes them. Results have 15 fractional
/// bits.
final class FixedPoint16 {
    private static final int MAX = Short.MAX_VALUE;
    private static final int EXP_OF_MINUS_EIGHTH = q15(Math.exp(-1.0 / 8));
    private static final int THIRD = q15(1.0 / 3);
    private static final int Q2_48_OVER_17 = q15(48.0 / 17 / 4);
    private static final int Q2_MINUS_32_OVER_17 = q15(-32.0 / 17 / 4);
    private static final int Q2_ONE = 1 << 13;
    private static final int[] EXP_OF_NEGATIVE_POWERS = new int[7];

    static {
        for (int k = 0; k < EXP_OF_NEGATIVE_POWERS.length; k++) {
            EXP_OF_NEGATIVE_POWERS[k] = q15(Math.exp(-Math.scalb(1.0, k - 2)));
        }
    }

    private FixedPoint16() {}

    /// By way of 31 bits: the second rounding is gemmlowp's too.
    private static int q15(double value) {
        return roundingDivideByPowerOfTwo((int) Math.round(Math.scalb(value, 31)), 16);
    }

    /// @param a with 3 integer bits
    static int logistic(int a) {
        if (a == 0) {
            return 1 << 14;
        }
        // The smallest integer has no positive counterpart: gemmlowp negates it to itself.
        int positive = oneOverOnePlus(expOnNegative(a > 0 ? -a : a, 3));
        return a > 0 ? positive : (short) (MAX - positive);
    }

    /// @param integerBits of `a`, 0 to 6
    static int tanh(int a, int integerBits) {
        if (a == 0) {
            return 0;
        }
        int negated = oneMinusOverOnePlus(expOnNegative(a < 0 ? a : -a, integerBits + 1));
        return a < 0 ? (short) -negated : negated;
    }

    /// `exp(a)` for `a` not above 0.
    private static int expOnNegative(int a, int integerBits) {
        if (a == 0) {
            return MAX;
        }
        int fractionalBits = 15 - integerBits;
        int quarter = 1 << (fractionalBits - 2);
        int fraction = (a & (quarter - 1)) - quarter;
        int result = expBetweenMinusQuarterAndZero(saturatingShift(fraction, integerBits));
        int remainder = fraction - a;
        for (int k = 0; k < EXP_OF_NEGATIVE_POWERS.length && integerBits > k - 2; k++) {
            if ((remainder & (quarter << k)) != 0) {
                result = multiply(result, EXP_OF_NEGATIVE_POWERS[k]);
            }
        }
        boolean tiny = integerBits > 5 && a < -(1 << (20 - integerBits));
        return tiny ? 0 : result;
    }

    private static int expBetweenMinusQuarterAndZero(int a) {
        int x = (short) (a + (1 << 12));
        int x2 = multiply(x, x);
        int x3 = multiply(x2, x);
        int x4 = multiply(x2, x2);
        int tail = (short) (multiply((short) (roundingDivideByPowerOfTwo(x4, 2) + x3), THIRD) + x2);
        int series = (short) (x + roundingDivideByPowerOfTwo(tail, 1));
        return saturate(EXP_OF_MINUS_EIGHTH + multiply(EXP_OF_MINUS_EIGHTH, series));
    }

    /// `1 / (1 + a)`.
    private static int oneOverOnePlus(int a) {
        return saturatingShift(reciprocalOfHalf(a), 1);
    }

    /// `(1 - a) / (1 + a)`.
    private static int oneMinusOverOnePlus(int a) {
        return saturatingShift((short) (reciprocalOfHalf(a) - Q2_ONE), 2);
    }

    /// `2 / (1 + a)` with 2 integer bits, by three Newton steps.
    private static int reciprocalOfHalf(int a) {
        int halfDenominator = (a + MAX + 1) / 2;
        int x = (short) (Q2_48_OVER_17 + multiply(halfDenominator, Q2_MINUS_32_OVER_17));
        for (int i = 0; i < 3; i++) {
            int error = (short) (Q2_ONE - multiply(halfDenominator, x));
            x = (short) (x + saturatingShift(multiply(x, error), 2));
        }
        return x;
    }

    private static int multiply(int a, int b) {
        return saturatingRoundingDoublingHighMul((short) a, (short) b);
    }

    private static int saturatingShift(int x, int bits) {
        return saturate(x << bits);
    }

    static int saturate(int x) {
        return Math.max(Short.MIN_VALUE, Math.min(MAX, x));
    }
}
