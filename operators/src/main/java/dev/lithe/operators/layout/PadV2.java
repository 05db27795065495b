package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.TensorType;

/// PADV2: input 2, one element, around a tensor. Input 1 holds, per dimension, how many elements go before
/// and after. All of input, value and output share their quantization.
public record PadV2() implements LayoutOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL,
        TensorType.FLOAT16,
        TensorType.BFLOAT16
    };
    public static final Definition<PadV2> DEFINITION = Definition.of(PadV2.class, BuiltinOperator.PADV2)
            .options(node -> new PadV2(), op -> Options.of(PadV2Options.DEFAULT))
            .inputs(
                    Operand.of("x", TYPES),
                    Operand.of("paddings", TensorType.INT32, TensorType.INT64),
                    Operand.of("value", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Padding.infer(c))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> Padding.version(node))
            .runtime(1, "1.9.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.4.0")
            .runtime(4, "2.6.0")
            .runtime(5, "2.20.0")
            .reference((op, setup) -> Padding.kernel(setup));
}
