package dev.lithe.operators;

/// How closely another kernel of the same operator must follow the reference kernel.
///
/// @param floatRelative largest difference of float outputs as a fraction of the output's range; 0 is bit equality
/// @param integerSteps largest difference of integer outputs in steps
public record Tolerance(double floatRelative, int integerSteps) {
    public static final Tolerance EXACT = new Tolerance(0, 0);
    public static final Tolerance ROUNDING = new Tolerance(1e-6, 0);
}
