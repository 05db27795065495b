package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.HashtableImportOptions;
import java.util.List;

/// HASHTABLE_IMPORT: fills a table, once.
public record HashtableImport() implements StructureOperator {
    public static final Definition<HashtableImport> DEFINITION = Definition.of(
                    HashtableImport.class, BuiltinOperator.HASHTABLE_IMPORT)
            .options(node -> new HashtableImport(), op -> Options.of(HashtableImportOptions.DEFAULT))
            .inputs(
                    Operand.of("handle", VarHandle.HANDLES),
                    Operand.of("keys", Hashtable.ELEMENTS),
                    Operand.of("values", Hashtable.ELEMENTS))
            .outputs()
            .shapes((op, c) -> List.of())
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> HashtableImport::run);

    private static void run(KernelContext context) {
        context.resources().table(context.input(0).ints()[0]).fill(context.input(1), context.input(2));
    }
}
