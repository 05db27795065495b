package dev.lithe.operators.support;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.support.Unary.FloatFunction;
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

    /// In single precision, from one 16-bit quantization around 0 to another.
    public static Int16Table of(QuantizationParameters input, QuantizationParameters output, FloatFunction function) {
        float min = input.scale() * (Short.MIN_VALUE - input.zeroPoint());
        float max = input.scale() * (Short.MAX_VALUE - input.zeroPoint());
        float outputMin = output.scale() * (Short.MIN_VALUE - output.zeroPoint());
        float outputMax = output.scale() * (Short.MAX_VALUE - output.zeroPoint());
        float step = (max - min) / STEPS;
        float halfStep = step / 2;
        float inverse = 65536f / (outputMax - outputMin);
        short[] values = new short[STEPS + 1];
        for (int i = 0; i < STEPS; i++) {
            float at = Rounding.halfAway(function.apply(min + i * step) * inverse);
            float next = function.apply(min + (i + 1) * step) * inverse;
            float middle = Rounding.halfAway(function.apply(min + i * step + halfStep) * inverse);
            float error = Rounding.halfAway((next + at) / 2) - middle;
            values[i] = saturated(at - Rounding.halfAway(error / 2));
        }
        values[STEPS] = saturated(Rounding.halfAway(function.apply(max) * inverse));
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
