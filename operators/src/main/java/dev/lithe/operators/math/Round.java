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

/// ROUND: the nearest integer, halves to the even one.
public record Round() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.FLOAT16, TensorType.BFLOAT16};
    public static final Definition<Round> DEFINITION = Definition.of(Round.class, BuiltinOperator.ROUND)
            .options(node -> new Round(), op -> Options.NONE)
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
            case FLOAT32 -> Unary.floats(Round::toEven);
            case FLOAT16, BFLOAT16 -> Unary.halves(type, Round::toEven);
            default -> throw KernelTypes.unsupported("ROUND", type);
        };
    }

    /// Math.rint would give -0 for what lies between -1/2 and 0.
    private static float toEven(float x) {
        float floor = (float) Math.floor(x);
        float rest = x - floor;
        return rest < 0.5f || rest == 0.5f && floor % 2 == 0 ? floor : floor + 1;
    }
}
