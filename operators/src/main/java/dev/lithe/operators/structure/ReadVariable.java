package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReadVariableOptions;
import java.util.List;

/// READ_VARIABLE: the value of a resource variable, in the shape that it has now.
public record ReadVariable() implements StructureOperator {
    public static final Definition<ReadVariable> DEFINITION = Definition.of(
                    ReadVariable.class, BuiltinOperator.READ_VARIABLE)
            .options(node -> new ReadVariable(), op -> Options.of(ReadVariableOptions.DEFAULT))
            .inputs(Operand.of("handle", VarHandle.HANDLES))
            .outputs(Operand.any("value"))
            .shapes((op, c) -> List.of(Shape.of(Shape.UNKNOWN)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference((op, setup) -> ReadVariable::run);

    private static void run(KernelContext context) {
        Tensor value = context.resources().variable(context.input(0).ints()[0]);
        Tensor output = context.resize(0, value.shape());
        if (output.type() != value.type()) {
            throw new IllegalArgumentException("the variable is " + value.type() + ", what is read " + output.type());
        }
        ElementCopy.all(value, output);
    }
}
