package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// LOGISTIC: `1 / (1 + exp(-x))`. Quantized outputs have a fixed scale: 1/256 from -128 (INT8) or 0 (UINT8), 1/32768
/// (INT16).
public record Logistic() implements ActivationOperator {
    private static final float UPPER_CUTOFF = 16.619047f; // from here on the float result is 1
    private static final float LOWER_CUTOFF = -9;
    public static final Definition<Logistic> DEFINITION = Definition.of(Logistic.class, BuiltinOperator.LOGISTIC)
            .options(node -> new Logistic(), op -> Options.NONE)
            .inputs(Operand.of("x", Rectifier.TYPES_AND_HALVES))
            .outputs(Operand.of("y", Rectifier.TYPES_AND_HALVES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.fixedOutput(1f / 256, -128, 1f / 32768))
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(Logistic::of);
            case FLOAT16, BFLOAT16 -> Unary.halves(type, Logistic::of);
            case INT8, UINT8 -> Unary.lookup(setup, x -> 1.0f / (1.0f + (float) Math.exp(-x)));
            case INT16 -> {
                SigmoidTable.Scaling scaling =
                        SigmoidTable.Scaling.of(setup.input(0).quantization().scale(), 0);
                yield Unary.stored(type, stored -> SigmoidTable.logistic(scaling.apply(stored)));
            }
            default -> throw KernelTypes.unsupported("LOGISTIC", type);
        };
    }

    private static float of(float x) {
        if (x > UPPER_CUTOFF) {
            return 1;
        }
        return x < LOWER_CUTOFF ? (float) Math.exp(x) : 1.0f / (1.0f + (float) Math.exp(-x));
    }
}
