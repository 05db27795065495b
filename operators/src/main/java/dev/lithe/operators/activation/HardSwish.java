package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HardSwishOptions;
import dev.lithe.schema.TensorType;

/// HARD_SWISH: `x * clamp(x + 3, 0, 6) / 6`. LiteRT has no kernel for 16-bit activations.
public record HardSwish() implements ActivationOperator {
    public static final Definition<HardSwish> DEFINITION = Definition.of(HardSwish.class, BuiltinOperator.HARD_SWISH)
            .options(node -> new HardSwish(), op -> Options.of(HardSwishOptions.DEFAULT))
            .inputs(Operand.of("x", Rectifier.TYPES_WITHOUT_INT16))
            .outputs(Operand.of("y", Rectifier.TYPES_WITHOUT_INT16))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> 1)
            .runtime(1, "1.15.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        return switch (setup.input(0).type()) {
            case FLOAT32 -> Unary.floats(x -> x * Math.min(6, Math.max(0, x + 3)) / 6);
            case INT8, UINT8 -> quantized(setup);
            default ->
                throw KernelTypes.unsupported("HARD_SWISH", setup.input(0).type());
        };
    }

    /// All in 16 bits, on a scale 128 times finer than the input's: `gate` is `x` rescaled so that 3 stands at 32768,
    /// then moved from [-1, 1] to [0, 1]; the product of it and `x` is brought to the output's scale.
    private static Kernel quantized(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        float fineScale = 1.0f / 128 * input.scale();
        Multiplier toOutput = Multiplier.of(fineScale / output.scale());
        Multiplier toGate = Multiplier.of(fineScale / (3.0f / 32768));
        short outputFactor = sixteenBits(toOutput);
        short gateFactor = sixteenBits(toGate);
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        return Unary.stored(type, stored -> {
            short fine = (short) ((stored - inputZero) * 128);
            short x = FixedPoint.saturatingRoundingDoublingHighMul(fine, outputFactor);
            int gate = gate(fine, gateFactor, toGate.shift());
            int product = (short) (gate * x / (1 << 15));
            int y = shifted(product, toOutput.shift());
            return Rounding.clamp((short) (y + outputZero), min, max);
        });
    }

    /// The gate in [0, 32767]. Left shifts saturate, the last of them after the multiplication, so that what saturates
    /// earlier does not show.
    private static short gate(short fine, short factor, int shift) {
        short value = shift > 0 ? saturated((long) fine << (shift - 1)) : fine;
        value = FixedPoint.saturatingRoundingDoublingHighMul(value, factor);
        if (shift > 0) {
            value = saturated((long) value << 1);
        } else if (shift < 0) {
            value = (short) FixedPoint.roundingDivideByPowerOfTwo(value, -shift);
        }
        return (short) ((value + (1 << 15)) >> 1);
    }

    private static int shifted(int product, int shift) {
        // LiteRT refuses an output scale so fine that the shift is to the left.
        return shift > 0 ? saturated((long) product << shift) : FixedPoint.roundingDivideByPowerOfTwo(product, -shift);
    }

    private static short saturated(long value) {
        return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, value));
    }

    /// The upper 16 bits of a multiplier, rounded.
    private static short sixteenBits(Multiplier multiplier) {
        int limit = Integer.MAX_VALUE - (1 << 15);
        return (short) (multiplier.value() >= limit ? Short.MAX_VALUE : (multiplier.value() + (1 << 15)) >> 16);
    }
}
