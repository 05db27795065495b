package dev.lithe.operators.comparison;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.EqualOptions;
import dev.lithe.schema.TensorType;

/// EQUAL: whether two elements are the same (`a == b`). See [Relation] for quantized integers.
public record Equal() implements ComparisonOperator {
    private static final Relation RELATION = new Relation("EQUAL", true, (a, b) -> a == b, (a, b) -> a == b);
    public static final Definition<Equal> DEFINITION = Definition.of(Equal.class, BuiltinOperator.EQUAL)
            .options(node -> new Equal(), op -> Options.of(EqualOptions.DEFAULT))
            .inputs(Operand.of("a", Relation.EQUALITY), Operand.of("b", Relation.EQUALITY))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) ->
                    TypeVersion.of(node.input(0).type(), TensorType.INT16, 5, TensorType.STRING, 3, TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.13.0")
            .runtime(5, "2.21.0")
            .reference((op, setup) -> RELATION.kernel(setup));
}
