package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LogicalAndOptions;
import dev.lithe.schema.TensorType;

/// LOGICAL_AND: whether both elements are true.
public record LogicalAnd() implements ComparisonOperator {
    public static final Definition<LogicalAnd> DEFINITION = Definition.of(LogicalAnd.class, BuiltinOperator.LOGICAL_AND)
            .options(node -> new LogicalAnd(), op -> Options.of(LogicalAndOptions.DEFAULT))
            .inputs(Operand.of("a", TensorType.BOOL), Operand.of("b", TensorType.BOOL))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.11.0")
            .reference((op, setup) -> Binary.plainBytes(TensorType.BOOL, (a, b) -> a != 0 && b != 0 ? 1 : 0));
}
