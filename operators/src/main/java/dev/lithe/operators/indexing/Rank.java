package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RankOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RANK: how many dimensions a tensor of any type has.
public record Rank() implements IndexingOperator {
    public static final Definition<Rank> DEFINITION = Definition.of(Rank.class, BuiltinOperator.RANK)
            .options(node -> new Rank(), op -> Options.of(RankOptions.DEFAULT))
            .inputs(Operand.any("x"))
            .outputs(Operand.of("y", TensorType.INT32))
            .shapes((op, c) -> List.of(Shape.SCALAR))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> 1)
            .runtime(1, "1.14.0")
            .reference((op, setup) -> context ->
                    context.output(0).ints()[0] = context.input(0).shape().rank());
}
