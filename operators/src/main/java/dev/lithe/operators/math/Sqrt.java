package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// SQRT. Quantized, the root is computed in float and cut off, not rounded, to the output's steps.
///
/// Quantized numbers below 0 make the run fail, as in LiteRT.
public record Sqrt() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};
    public static final Definition<Sqrt> DEFINITION = Definition.of(Sqrt.class, BuiltinOperator.SQRT)
            .options(node -> new Sqrt(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.INT16, 2))
            .runtime(1, "1.10.0")
            .runtime(2, "2.21.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.sqrt(x));
            case INT8, INT16 -> NotNegative.checked("SQRT", setup, quantized(setup));
            default -> throw KernelTypes.unsupported("SQRT", type);
        };
    }

    private static Kernel quantized(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        float inputScale = input.scale();
        float outputScale = output.scale();
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        return Unary.stored(type, stored -> {
            float root = (float) Math.sqrt(inputScale * (stored - inputZero));
            return Rounding.clamp((int) (root / outputScale) + outputZero, min, max);
        });
    }
}
