package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// FLOOR: the largest integer that is not above `x`.
public record Floor() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.FLOAT16, TensorType.BFLOAT16};
    public static final Definition<Floor> DEFINITION = Definition.of(Floor.class, BuiltinOperator.FLOOR)
            .options(node -> new Floor(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.9.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.floor(x));
            case FLOAT16, BFLOAT16 -> Unary.halves(type, x -> (float) Math.floor(x));
            default -> throw KernelTypes.unsupported("FLOOR", type);
        };
    }
}
