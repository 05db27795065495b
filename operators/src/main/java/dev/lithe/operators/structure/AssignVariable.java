package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.AssignVariableOptions;
import dev.lithe.schema.BuiltinOperator;
import java.util.List;

/// ASSIGN_VARIABLE: gives a resource variable a value.
public record AssignVariable() implements StructureOperator {
    public static final Definition<AssignVariable> DEFINITION = Definition.of(
                    AssignVariable.class, BuiltinOperator.ASSIGN_VARIABLE)
            .options(node -> new AssignVariable(), op -> Options.of(AssignVariableOptions.DEFAULT))
            .inputs(Operand.of("handle", VarHandle.HANDLES), Operand.any("value"))
            .outputs()
            .shapes((op, c) -> List.of())
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference((op, setup) ->
                    context -> context.resources().assign(context.input(0).ints()[0], context.input(1)));
}
