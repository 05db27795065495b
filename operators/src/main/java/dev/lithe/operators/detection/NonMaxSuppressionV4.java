package dev.lithe.operators.detection;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.NonMaxSuppressionV4Options;
import dev.lithe.schema.TensorType;

/// NON_MAX_SUPPRESSION_V4: the boxes of the highest scores that do not overlap a better one, and how many they are.
/// What is left of the output is 0.
public record NonMaxSuppressionV4() implements DetectionOperator {
    public static final Definition<NonMaxSuppressionV4> DEFINITION = Definition.of(
                    NonMaxSuppressionV4.class, BuiltinOperator.NON_MAX_SUPPRESSION_V4)
            .options(node -> new NonMaxSuppressionV4(), op -> Options.of(NonMaxSuppressionV4Options.DEFAULT))
            .inputs(
                    Operand.of("boxes", TensorType.FLOAT32),
                    Operand.of("scores", TensorType.FLOAT32),
                    Operand.of("room", TensorType.INT32),
                    Operand.of("overlap", TensorType.FLOAT32),
                    Operand.of("score", TensorType.FLOAT32))
            .outputs(Operand.of("indices", TensorType.INT32), Operand.of("count", TensorType.INT32))
            .shapes((op, c) -> Boxes.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.1.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> Boxes.prepare(setup, false));
}
