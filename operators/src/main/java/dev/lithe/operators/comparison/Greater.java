package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GreaterOptions;
import dev.lithe.schema.TensorType;

/// GREATER: whether an element is above another (`a > b`). See [Relation] for quantized integers.
public record Greater() implements ComparisonOperator {
    private static final Relation RELATION = new Relation("GREATER", false, (a, b) -> a > b, (a, b) -> a > b);
    public static final Definition<Greater> DEFINITION = Definition.of(Greater.class, BuiltinOperator.GREATER)
            .options(node -> new Greater(), op -> Options.of(GreaterOptions.DEFAULT))
            .inputs(Operand.of("a", Relation.ORDER), Operand.of("b", Relation.ORDER))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .reference((op, setup) -> RELATION.kernel(setup));
}
