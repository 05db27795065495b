package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LogicalNotOptions;
import dev.lithe.schema.TensorType;

/// LOGICAL_NOT: whether an element is false.
public record LogicalNot() implements ComparisonOperator {
    public static final Definition<LogicalNot> DEFINITION = Definition.of(LogicalNot.class, BuiltinOperator.LOGICAL_NOT)
            .options(node -> new LogicalNot(), op -> Options.of(LogicalNotOptions.DEFAULT))
            .inputs(Operand.of("x", TensorType.BOOL))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Unary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.11.0")
            .reference((op, setup) -> Unary.stored(TensorType.BOOL, x -> x == 0 ? 1 : 0));
}
