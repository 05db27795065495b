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

/// TANH. Quantized outputs have a fixed scale: 1/128 around 0 (INT8) or 128 (UINT8), 1/32768 (INT16).
public record Tanh() implements ActivationOperator {
    public static final Definition<Tanh> DEFINITION = Definition.of(Tanh.class, BuiltinOperator.TANH)
            .options(node -> new Tanh(), op -> Options.NONE)
            .inputs(Operand.of("x", Rectifier.TYPES_AND_HALVES))
            .outputs(Operand.of("y", Rectifier.TYPES_AND_HALVES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.fixedOutput(1f / 128, 0, 1f / 32768))
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.tanh(x));
            case FLOAT16, BFLOAT16 -> Unary.halves(type, x -> (float) Math.tanh(x));
            case INT8, UINT8 -> Unary.lookup(setup, x -> (float) Math.tanh(x));
            case INT16 -> {
                SigmoidTable.Scaling scaling =
                        SigmoidTable.Scaling.of(setup.input(0).quantization().scale(), 1);
                yield Unary.stored(type, stored -> SigmoidTable.tanh(scaling.apply(stored)));
            }
            default -> throw KernelTypes.unsupported("TANH", type);
        };
    }
}
