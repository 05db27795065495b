package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableFindOptions;
import java.util.List;

/// HASHTABLE_FIND: for each key its value, or the one of input 2 where the table has none.
public record HashtableFind() implements StructureOperator {
    public static final Definition<HashtableFind> DEFINITION = Definition.of(
                    HashtableFind.class, BuiltinOperator.HASHTABLE_FIND)
            .options(node -> new HashtableFind(), op -> Options.of(HashtableFindOptions.DEFAULT))
            .inputs(
                    Operand.of("handle", VarHandle.HANDLES),
                    Operand.of("keys", Hashtable.ELEMENTS),
                    Operand.of("default", Hashtable.ELEMENTS))
            .outputs(Operand.of("values", Hashtable.ELEMENTS))
            .shapes((op, c) -> List.of(c.input(1)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> HashtableFind::run);

    private static void run(KernelContext context) {
        context.resources()
                .table(context.input(0).ints()[0])
                .find(context.input(1), context.input(2), context.output(0));
    }
}
