package dev.lithe.operators.math;

import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPointFunctions;

/// The natural logarithm in 32-bit fixed point, with the rational approximation that LiteRT's quantized
/// LOG_SOFTMAX uses. Numbers without a unit in their name are fractions of 2^31.
final class FixedPointLogarithm {
    private static final double FOURTH_ROOT_OF_TWO = Math.sqrt(Math.sqrt(2));
    private static final int LOG_2 = q31(Math.log(2));
    private static final int CENTRE = q31(1 / FOURTH_ROOT_OF_TWO);
    private static final int ROOT_OF_HALF = q31(Math.sqrt(0.5));
    private static final int NUMERATOR_CUBIC = q31(11.0 / 240 * FOURTH_ROOT_OF_TWO);
    private static final int DENOMINATOR_SQUARE = q31(1.0 / 20 * FOURTH_ROOT_OF_TWO);
    private static final int DENOMINATOR_CONSTANT = q31(2 / FOURTH_ROOT_OF_TWO - FOURTH_ROOT_OF_TWO);
    private static final int DENOMINATOR_LINEAR = q31(1.0 / 4 * FOURTH_ROOT_OF_TWO);
    private static final int INPUT_BITS = 12; // integer bits of the argument
    private static final int INNER_BITS = 6; // integer bits of powers of two and partial results
    private static final int QUARTER = 1 << (31 - INNER_BITS - 2);

    private FixedPointLogarithm() {}

    private static int q31(double value) {
        return (int) Math.round(Math.scalb(value, 31));
    }

    /// @param x at least 1, with 12 integer bits
    /// @return with 5 integer bits
    static int of(int x) {
        // x = r * 2^power with r in [sqrt(1/2), 1): it is tried with the argument and with its product with sqrt(1/2).
        int zeros = Integer.numberOfLeadingZeros(x);
        int r = shiftLeft(mul(shiftLeft(x, zeros - 1), ROOT_OF_HALF), 1);
        int power = saturated((long) inner(INPUT_BITS - zeros) + QUARTER);
        int otherHeadroom = Integer.numberOfLeadingZeros(mul(x, ROOT_OF_HALF)) - 1;
        r = Math.min(r, shiftLeft(x, otherHeadroom));
        power = Math.max(power, saturated((long) inner(INPUT_BITS - otherHeadroom) - QUARTER));
        int fraction = fraction(r);
        return shiftLeft(mul(power, LOG_2) + fraction, 1);
    }

    /// The logarithm of `r * 2^(1/4)`, with 6 integer bits.
    private static int fraction(int r) {
        int mean = halfSum(r, CENTRE);
        int q = 2 * (r - CENTRE);
        int square = mul(q, q);
        int numerator = mul(q, r) + mul(mul(q, square), NUMERATOR_CUBIC);
        int denominator =
                mul(mean, DENOMINATOR_CONSTANT + q + mul(DENOMINATOR_SQUARE, square)) + mul(DENOMINATOR_LINEAR, q);
        int scaled = FixedPoint.roundingDivideByPowerOfTwo(numerator, INNER_BITS);
        return mul(scaled, FixedPointFunctions.oneOverOnePlus(denominator));
    }

    private static int inner(int integer) {
        return shiftLeft(integer, 31 - INNER_BITS);
    }

    /// `(a + b) / 2`, halves away from zero.
    private static int halfSum(int a, int b) {
        long sum = (long) a + b;
        return (int) ((sum + (sum >= 0 ? 1 : -1)) / 2);
    }

    private static int mul(int a, int b) {
        return FixedPoint.saturatingRoundingDoublingHighMul(a, b);
    }

    private static int shiftLeft(int x, int bits) {
        return saturated((long) x << bits);
    }

    private static int saturated(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
}
