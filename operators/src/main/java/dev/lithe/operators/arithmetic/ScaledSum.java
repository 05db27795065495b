package dev.lithe.operators.arithmetic;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.PowerOfTwo;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/// Quantized ADD and SUB: both operands are brought to half of the larger scale with spare bits below, added or
/// subtracted, and brought to the output's scale.
final class ScaledSum {
    private static final int SPARE_BITS_8 = 20;
    private static final int SPARE_BITS_16 = 15;

    private ScaledSum() {}

    /// @param potScaleInt16 whether 16-bit operands whose scales are powers of two are only shifted
    /// @param sign 1 to add, -1 to subtract
    static Kernel kernel(KernelSetup setup, ActivationFunctionType activation, boolean potScaleInt16, int sign) {
        TensorType type = setup.output(0).type();
        IntBounds bounds = FusedActivation.quantizedBounds(
                activation, type, setup.output(0).quantization());
        if (type == TensorType.INT16 && potScaleInt16) {
            OptionalInt left = shift(setup, 0);
            OptionalInt right = shift(setup, 1);
            if (left.isPresent() && right.isPresent()) {
                return shifted(setup, bounds, left.getAsInt(), right.getAsInt(), sign);
            }
        }
        return general(setup, bounds, type == TensorType.INT16 ? SPARE_BITS_16 : SPARE_BITS_8, sign);
    }

    private static Kernel general(KernelSetup setup, IntBounds bounds, int spareBits, int sign) {
        QuantizationParameters left = setup.input(0).quantization();
        QuantizationParameters right = setup.input(1).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        double common = 2 * Math.max(left.scale(), right.scale());
        Multiplier back = Multiplier.of(common / ((1 << spareBits) * output.scale()));
        int zeroPoint = output.zeroPoint();
        return Binary.quantized(
                setup,
                scaled(left, common, spareBits),
                scaled(right, common, spareBits),
                (a, b) -> bounds.clamp(back.apply(a + sign * b) + zeroPoint));
    }

    private static IntUnaryOperator scaled(QuantizationParameters operand, double common, int spareBits) {
        int zeroPoint = operand.zeroPoint();
        Multiplier multiplier = Multiplier.of(operand.scale() / common);
        return stored -> multiplier.apply((stored - zeroPoint) * (1 << spareBits));
    }

    private static Kernel shifted(KernelSetup setup, IntBounds bounds, int left, int right, int sign) {
        return Binary.quantized(
                setup,
                a -> FixedPoint.roundingDivideByPowerOfTwo(a, left),
                b -> FixedPoint.roundingDivideByPowerOfTwo(b, right),
                (a, b) -> bounds.clamp(a + sign * b));
    }

    /// How far input `index` is shifted right to have the output's scale, where both scales are powers of two.
    private static OptionalInt shift(KernelSetup setup, int index) {
        OptionalInt input =
                PowerOfTwo.exponent(setup.input(index).quantization().scale());
        OptionalInt output = PowerOfTwo.exponent(setup.output(0).quantization().scale());
        if (input.isEmpty() || output.isEmpty()) {
            return OptionalInt.empty();
        }
        int shift = output.getAsInt() - input.getAsInt();
        return shift >= 0 && shift <= 31 ? OptionalInt.of(shift) : OptionalInt.empty();
    }
}
