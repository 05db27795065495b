package dev.lithe.operators.support;

/// The integer arithmetic of LiteRT's reference kernels: real multipliers as a 31-bit fraction and a power of two, and
/// products that are rounded twice (LiteRT's desktop and mobile builds).
public final class FixedPoint {
    private FixedPoint() {}

    /// A real multiplier `value / 2^31 * 2^shift`, with `value` in [2^30, 2^31) or 0.
    public record Multiplier(int value, int shift) {
        /// `real` to 31 significant bits, halves away from zero; below 2^-32 it is 0.
        ///
        /// @throws IllegalArgumentException where `real` is negative, infinite or not a number
        public static Multiplier of(double real) {
            if (!(real >= 0 && real < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a multiplier is finite and not negative, not " + real);
            }
            if (real == 0) {
                return new Multiplier(0, 0);
            }
            // frexp: real = fraction * 2^exponent with the fraction in [0.5, 1). A subnormal is flushed to 0 anyway.
            int exponent = Math.getExponent(real) + 1;
            if (exponent < -32) {
                return new Multiplier(0, 0);
            }
            long fixed = (long) Rounding.halfAway(Math.scalb(real, 31 - exponent));
            if (fixed == 1L << 31) {
                fixed >>= 1;
                exponent++;
            }
            return exponent < -31 ? new Multiplier(0, 0) : new Multiplier((int) fixed, exponent);
        }

        public int apply(int x) {
            return multiply(x, value, shift);
        }

        public int apply(long x) {
            return multiply(x, value, shift);
        }
    }

    /// Several multipliers, one per channel, as the inner loops want them.
    public record Multipliers(int[] values, int[] shifts) {
        public static Multipliers of(double[] reals) {
            int[] values = new int[reals.length];
            int[] shifts = new int[reals.length];
            for (int i = 0; i < reals.length; i++) {
                Multiplier multiplier = Multiplier.of(reals[i]);
                values[i] = multiplier.value();
                shifts[i] = multiplier.shift();
            }
            return new Multipliers(values, shifts);
        }
    }

    /// A multiplier below 1, whose shift is never positive (`QuantizeMultiplierSmallerThanOneExp`).
    ///
    /// @throws IllegalArgumentException where `real` is not in (0, 1), or rounds up to 1
    public static Multiplier smallerThanOne(double real) {
        Multiplier multiplier = Multiplier.of(real);
        if (!(real > 0 && real < 1) || multiplier.shift() > 0) {
            throw new IllegalArgumentException("multiplier " + real + " is not between 0 and 1");
        }
        return multiplier;
    }

    /// A multiplier above 1 (`QuantizeMultiplierGreaterThanOne`).
    ///
    /// @throws IllegalArgumentException where `real` is not above 1
    public static Multiplier greaterThanOne(double real) {
        if (!(real > 1)) {
            throw new IllegalArgumentException("multiplier " + real + " is not above 1");
        }
        return Multiplier.of(real);
    }

    /// The upper 32 bits of `2 * a * b`, rounded to nearest; the only overflow, of the two smallest integers,
    /// saturates.
    public static int saturatingRoundingDoublingHighMul(int a, int b) {
        if (a == b && a == Integer.MIN_VALUE) {
            return Integer.MAX_VALUE;
        }
        long product = (long) a * b;
        long nudge = product >= 0 ? 1L << 30 : 1 - (1L << 30);
        // The division truncates towards zero, on purpose: a shift would round negative products differently.
        return (int) ((product + nudge) / (1L << 31));
    }

    /// The same on 16-bit integers, as HARD_SWISH needs it.
    public static short saturatingRoundingDoublingHighMul(short a, short b) {
        if (a == b && a == Short.MIN_VALUE) {
            return Short.MAX_VALUE;
        }
        int product = a * b;
        int nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
        return (short) ((product + nudge) / (1 << 15));
    }

    /// `x / 2^exponent`, halves away from zero; `exponent` in [0, 31].
    public static int roundingDivideByPowerOfTwo(int x, int exponent) {
        int mask = (1 << exponent) - 1;
        int remainder = x & mask;
        int threshold = (mask >>> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (remainder > threshold ? 1 : 0);
    }

    /// `x * multiplier / 2^31 * 2^shift`, rounded twice. A left shift wraps where it overflows, as in LiteRT.
    public static int multiply(int x, int multiplier, int shift) {
        int left = Math.max(shift, 0);
        int right = Math.max(-shift, 0);
        return roundingDivideByPowerOfTwo(saturatingRoundingDoublingHighMul(x * (1 << left), multiplier), right);
    }

    /// The same for 64-bit accumulators (16-bit activations): the multiplier is first reduced to 15 bits, the product
    /// rounded once, halves upwards. For `|x| < 2^47` and shifts in [-31, 8).
    public static int multiply(long x, int multiplier, int shift) {
        long reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
        int total = 15 - shift;
        return (int) ((x * reduced + (1L << (total - 1))) >> total);
    }

    /// `x * multiplier / 2^31 * 2^shift` for `shift <= 0`.
    public static int multiplySmallerThanOne(int x, int multiplier, int shift) {
        return roundingDivideByPowerOfTwo(saturatingRoundingDoublingHighMul(x, multiplier), -shift);
    }

    /// `x * multiplier / 2^31 * 2^shift` for `shift >= 0`.
    public static int multiplyGreaterThanOne(int x, int multiplier, int shift) {
        return saturatingRoundingDoublingHighMul(x * (1 << shift), multiplier);
    }
}
