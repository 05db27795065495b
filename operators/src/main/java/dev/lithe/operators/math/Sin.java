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

/// SIN, in radians.
public record Sin() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.FLOAT16};
    public static final Definition<Sin> DEFINITION = Definition.of(Sin.class, BuiltinOperator.SIN)
            .options(node -> new Sin(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.9.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.sin(x));
            case FLOAT16 -> Unary.halves(type, x -> (float) Math.sin(x));
            default -> throw KernelTypes.unsupported("SIN", type);
        };
    }
}
