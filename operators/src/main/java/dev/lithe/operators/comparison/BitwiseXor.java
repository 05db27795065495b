package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.schema.BitwiseXorOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// BITWISE_XOR: the bits in which two integers differ.
public record BitwiseXor() implements ComparisonOperator {
    private static final TensorType[] TYPES = {
        TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.UINT16, TensorType.INT32, TensorType.UINT32
    };
    public static final Definition<BitwiseXor> DEFINITION = Definition.of(BitwiseXor.class, BuiltinOperator.BITWISE_XOR)
            .options(node -> new BitwiseXor(), op -> Options.of(BitwiseXorOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.13.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case INT8, UINT8 -> Binary.plainBytes(type, (a, b) -> a ^ b);
            case INT16, UINT16 -> Binary.plainShorts((a, b) -> a ^ b);
            case INT32, UINT32 -> Binary.ints((a, b) -> a ^ b);
            default -> throw KernelTypes.unsupported("BITWISE_XOR", type);
        };
    }
}
