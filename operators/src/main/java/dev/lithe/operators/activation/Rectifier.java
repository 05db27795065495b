package dev.lithe.operators.activation;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.TensorType;

/// The family of RELU: a clamp to a range of real numbers, rescaled where input and output are quantized differently.
final class Rectifier {
    static final TensorType[] TYPES_WITHOUT_INT16 = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8};
    static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16};

    static final TensorType[] TYPES_AND_HALVES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.FLOAT16, TensorType.BFLOAT16
    };

    private Rectifier() {}

    /// @param max positive infinity where there is no upper bound
    static Kernel quantized(KernelSetup setup, float min, float max) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        Multiplier multiplier = Multiplier.of(input.scale() / output.scale());
        int lower = Math.max(FusedActivation.minOf(type), steps(min, output));
        int upper = Math.min(FusedActivation.maxOf(type), steps(max, output));
        return Unary.stored(
                type, stored -> Rounding.clamp(multiplier.apply(stored - inputZero) + outputZero, lower, upper));
    }

    private static int steps(float bound, QuantizationParameters output) {
        // In double, where infinity and a tiny scale end at the bounds of int.
        return (int) ((double) Rounding.halfAway(bound / output.scale()) + output.zeroPoint());
    }

    /// `-0` and NaN pass.
    static Kernel floats(float min, float max) {
        return Unary.floats(x -> x > max ? max : x < min ? min : x);
    }
}
