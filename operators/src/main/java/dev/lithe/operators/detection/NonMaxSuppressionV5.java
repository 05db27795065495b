package dev.lithe.operators.detection;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.NonMaxSuppressionV5Options;
import dev.lithe.schema.TensorType;

/// NON_MAX_SUPPRESSION_V5: as version 4, but with a sigma an overlap below the limit lowers the score. The scores come
/// out too.
public record NonMaxSuppressionV5() implements DetectionOperator {
    public static final Definition<NonMaxSuppressionV5> DEFINITION = Definition.of(
                    NonMaxSuppressionV5.class, BuiltinOperator.NON_MAX_SUPPRESSION_V5)
            .options(node -> new NonMaxSuppressionV5(), op -> Options.of(NonMaxSuppressionV5Options.DEFAULT))
            .inputs(
                    Operand.of("boxes", TensorType.FLOAT32),
                    Operand.of("scores", TensorType.FLOAT32),
                    Operand.of("room", TensorType.INT32),
                    Operand.of("overlap", TensorType.FLOAT32),
                    Operand.of("score", TensorType.FLOAT32),
                    Operand.of("sigma", TensorType.FLOAT32))
            .outputs(
                    Operand.of("indices", TensorType.INT32),
                    Operand.of("scores", TensorType.FLOAT32),
                    Operand.of("count", TensorType.INT32))
            .shapes((op, c) -> Boxes.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.1.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> Boxes.prepare(setup, true));
}
