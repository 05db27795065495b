package dev.lithe.operators.math;

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
import dev.lithe.schema.ExpOptions;
import dev.lithe.schema.TensorType;

/// EXP: `e^x`. Quantized, it is a table: of all 256 values, or of 512 linear pieces over the whole 16-bit range, which
/// are as wide as 1/512 of it.
public record Exp() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT16};
    public static final Definition<Exp> DEFINITION = Definition.of(Exp.class, BuiltinOperator.EXP)
            .options(node -> new Exp(), op -> Options.of(ExpOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2, TensorType.INT16, 2))
            .runtime(1, "1.7.0")
            .runtime(2, "2.12.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.exp(x));
            case INT8 -> Unary.lookup(setup, x -> (float) Math.exp(x));
            case INT16 -> Unary.interpolated(setup, x -> (float) Math.exp(x));
            default -> throw KernelTypes.unsupported("EXP", type);
        };
    }
}
