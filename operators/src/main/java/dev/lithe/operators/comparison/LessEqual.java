package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LessEqualOptions;
import dev.lithe.schema.TensorType;

/// LESS_EQUAL: whether an element is not above another (`a <= b`). See [Relation] for quantized integers.
public record LessEqual() implements ComparisonOperator {
    private static final Relation RELATION = new Relation("LESS_EQUAL", false, (a, b) -> a <= b, (a, b) -> a <= b);
    public static final Definition<LessEqual> DEFINITION = Definition.of(LessEqual.class, BuiltinOperator.LESS_EQUAL)
            .options(node -> new LessEqual(), op -> Options.of(LessEqualOptions.DEFAULT))
            .inputs(Operand.of("a", Relation.ORDER_OR_EQUAL), Operand.of("b", Relation.ORDER_OR_EQUAL))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .reference((op, setup) -> RELATION.kernel(setup));
}
