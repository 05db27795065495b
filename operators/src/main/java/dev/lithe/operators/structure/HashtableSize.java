package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableSizeOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// HASHTABLE_SIZE: how many keys a table has.
public record HashtableSize() implements StructureOperator {
    public static final Definition<HashtableSize> DEFINITION = Definition.of(
                    HashtableSize.class, BuiltinOperator.HASHTABLE_SIZE)
            .options(node -> new HashtableSize(), op -> Options.of(HashtableSizeOptions.DEFAULT))
            .inputs(Operand.of("handle", VarHandle.HANDLES))
            .outputs(Operand.of("size", TensorType.INT64))
            .shapes((op, c) -> List.of(Shape.of(1)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> context -> context.output(0).longs()[0] =
                    context.resources().table(context.input(0).ints()[0]).size());
}
