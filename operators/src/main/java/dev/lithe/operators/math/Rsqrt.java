package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.InverseSquareRoot;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// RSQRT: `1 / sqrt(x)`. Quantized, 0 gives the largest output.
///
/// Quantized numbers below 0 make the run fail, as in LiteRT.
public record Rsqrt() implements MathOperator {
    private static final int FRACTION_BITS = 20;
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};
    public static final Definition<Rsqrt> DEFINITION = Definition.of(Rsqrt.class, BuiltinOperator.RSQRT)
            .options(node -> new Rsqrt(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.10.0")
            .runtime(2, "2.5.0")
            .runtime(3, "2.15.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> 1 / (float) Math.sqrt(x));
            case INT8 -> NotNegative.checked("RSQRT", setup, bytes(setup));
            case INT16 -> NotNegative.checked("RSQRT", setup, shorts(setup));
            default -> throw KernelTypes.unsupported("RSQRT", type);
        };
    }

    /// The inverse root in 31-bit fixed point, with 20 fractional bits before it is brought to the output's scale.
    private static Kernel bytes(KernelSetup setup) {
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        double scale = 1.0 / ((float) Math.sqrt(input.scale()) * output.scale());
        Multiplier multiplier = Multiplier.of(scale);
        int shift = multiplier.shift() - FRACTION_BITS;
        return Unary.stored(TensorType.INT8, stored -> {
            int x = stored - inputZero;
            if (x <= 0) {
                return Byte.MAX_VALUE;
            }
            Multiplier root = InverseSquareRoot.of(x);
            int fraction = FixedPoint.multiply(1, root.value(), root.shift() + FRACTION_BITS);
            int y = shift < -31 ? 0 : FixedPoint.multiply(fraction, multiplier.value(), shift);
            return Rounding.clamp(y + outputZero, Byte.MIN_VALUE, Byte.MAX_VALUE);
        });
    }

    private static Kernel shorts(KernelSetup setup) {
        float largest = Short.MAX_VALUE * setup.output(0).quantization().scale();
        return Unary.interpolated(setup, x -> x <= 0 ? largest : 1 / (float) Math.sqrt(x));
    }
}
