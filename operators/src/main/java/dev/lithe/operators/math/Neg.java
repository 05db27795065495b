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
import dev.lithe.schema.NegOptions;
import dev.lithe.schema.TensorType;

/// NEG: `-x`. Integers wrap; quantized ones are negated as stored, which is right only around 0 and between equal
/// scales.
public record Neg() implements MathOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.INT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64
    };
    public static final Definition<Neg> DEFINITION = Definition.of(Neg.class, BuiltinOperator.NEG)
            .options(node -> new Neg(), op -> Options.of(NegOptions.DEFAULT))
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
            case FLOAT32 -> Unary.floats(x -> -x);
            case FLOAT16, BFLOAT16 -> Unary.stored(TensorType.INT16, bits -> bits ^ 0x8000);
            case INT8, INT16 -> Unary.stored(type, x -> -x);
            case INT32 -> Unary.ints(x -> -x);
            case INT64 -> longs();
            default -> throw KernelTypes.unsupported("NEG", type);
        };
    }

    private static Kernel longs() {
        return context -> {
            long[] x = context.input(0).longs();
            long[] y = context.output(0).longs();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = -x[i];
            }
        };
    }
}
