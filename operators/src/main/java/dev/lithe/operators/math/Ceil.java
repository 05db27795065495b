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

/// CEIL: the smallest integer that is not below `x`.
public record Ceil() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32};
    public static final Definition<Ceil> DEFINITION = Definition.of(Ceil.class, BuiltinOperator.CEIL)
            .options(node -> new Ceil(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Unary.floats(x -> (float) Math.ceil(x));
            default -> throw KernelTypes.unsupported("CEIL", type);
        };
    }
}
