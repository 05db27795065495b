package dev.lithe.operators.support;

import java.util.OptionalInt;

/// Scales that are powers of two, for the kernels that only shift.
public final class PowerOfTwo {
    private PowerOfTwo() {}

    /// The binary logarithm of `scale` where it is an integer to within a thousandth (LiteRT's own tolerance).
    public static OptionalInt exponent(float scale) {
        float log = (float) Math.log(scale) * (1.0f / (float) Math.log(2));
        float rounded = Rounding.halfAway(log);
        return Math.abs(log - rounded) < 1e-3f ? OptionalInt.of((int) rounded) : OptionalInt.empty();
    }
}
