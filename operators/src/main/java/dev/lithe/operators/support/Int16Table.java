package dev.lithe.operators.support;

import java.util.function.DoubleUnaryOperator;

/// A function on 16-bit integers as 512 linear pieces, each moved by half of its error in the middle.
public final class Int16Table {
    private static final int STEPS = 512;
    private final short[] values;

    private Int16Table(short[] values) {
        this.values = values;
    }

    /// In double precision, as SOFTMAX has it.
    ///
    /// @param outputScale of an output around 0
    public static Int16Table of(
            double inputScale, int inputZeroPoint, double outputScale, DoubleUnaryOperator function) {
        double min = inputScale * (Short.MIN_VALUE - inputZeroPoint);
        double max = inputScale * (Short.MAX_VALUE - inputZeroPoint);
        double step = (max - min) / STEPS;
        double inverse = 65536 / (outputScale * Short.MAX_VALUE - outputScale * Short.MIN_VALUE);
        short[] values = new short[STEPS + 1];
        for (int i = 0; i < STEPS; i++) {
            double at = Rounding.halfAway(function.applyAsDouble(min + i * step) * inverse);
            double next = function.applyAsDouble(min + (i + 1) * step) * inverse;
            double middle = Rounding.halfAway(function.applyAsDouble(min + i * step + step / 2) * inverse);
            double error = Rounding.halfAway((next + at) / 2) - middle;
            values[i] = saturated(at - Rounding.halfAway(error / 2));
        }
        values[STEPS] = saturated(Rounding.halfAway(function.applyAsDouble(max) * inverse));
        return new Int16Table(values);
    }

    private static short saturated(double value) {
        return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }

    /// The function at a stored value.
    public int at(int stored) {
        int index = (STEPS >> 1) + (stored >> 7);
        int slope = (short) (values[index + 1] - values[index]);
        return (short) (values[index] + ((slope * (stored & 0x7F) + 64) >> 7));
    }
}
