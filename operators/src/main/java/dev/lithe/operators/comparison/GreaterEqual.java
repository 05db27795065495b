package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GreaterEqualOptions;
import dev.lithe.schema.TensorType;

/// GREATER_EQUAL: whether an element is not below another (`a >= b`). See [Relation] for quantized integers.
public record GreaterEqual() implements ComparisonOperator {
    private static final Relation RELATION = new Relation("GREATER_EQUAL", false, (a, b) -> a >= b, (a, b) -> a >= b);
    public static final Definition<GreaterEqual> DEFINITION = Definition.of(
                    GreaterEqual.class, BuiltinOperator.GREATER_EQUAL)
            .options(node -> new GreaterEqual(), op -> Options.of(GreaterEqualOptions.DEFAULT))
            .inputs(Operand.of("a", Relation.ORDER_OR_EQUAL), Operand.of("b", Relation.ORDER_OR_EQUAL))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.13.0")
            .reference((op, setup) -> RELATION.kernel(setup));
}
