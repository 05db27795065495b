package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LogicalOrOptions;
import dev.lithe.schema.TensorType;

/// LOGICAL_OR: whether an element is true, or another.
public record LogicalOr() implements ComparisonOperator {
    public static final Definition<LogicalOr> DEFINITION = Definition.of(LogicalOr.class, BuiltinOperator.LOGICAL_OR)
            .options(node -> new LogicalOr(), op -> Options.of(LogicalOrOptions.DEFAULT))
            .inputs(Operand.of("a", TensorType.BOOL), Operand.of("b", TensorType.BOOL))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.11.0")
            .reference((op, setup) -> Binary.plainBytes(TensorType.BOOL, (a, b) -> a != 0 || b != 0 ? 1 : 0));
}
