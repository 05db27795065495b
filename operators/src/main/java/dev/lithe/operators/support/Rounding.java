package dev.lithe.operators.support;

/// Rounding as C's `round` does it: to the nearest integer, halves away from zero. `Math.round` differs on negative
/// halves, `Math.rint` on every other half.
public final class Rounding {
    private Rounding() {}

    /// Infinite, NaN and large values come back as they are.
    public static double halfAway(double value) {
        double magnitude = Math.abs(value);
        double floor = Math.floor(magnitude);
        return Math.copySign(magnitude - floor >= 0.5 ? floor + 1 : floor, value);
    }

    public static float halfAway(float value) {
        // Every float is a double and so is its rounding: the detour is exact.
        return (float) halfAway((double) value);
    }

    /// Towards zero, as a C cast does it on x86: what does not fit (and NaN) gives the smallest integer. A Java cast
    /// saturates instead.
    public static int truncated(double value) {
        return value > -0x1p31 - 1 && value < 0x1p31 ? (int) value : Integer.MIN_VALUE;
    }

    public static int clamp(int value, int min, int max) {
        return Math.max(min, Math.min(max, value));
    }
}
