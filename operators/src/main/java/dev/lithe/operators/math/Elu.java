package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ELU: `x` where it is not negative, else `e^x - 1`.
public record Elu() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8};
    public static final Definition<Elu> DEFINITION = Definition.of(Elu.class, BuiltinOperator.ELU)
            .options(node -> new Elu(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(Elu::apply);
            case INT8 -> Unary.lookup(setup, Elu::apply);
            default -> throw KernelTypes.unsupported("ELU", type);
        };
    }

    private static float apply(float x) {
        return x < 0 ? (float) Math.expm1(x) : x;
    }
}
