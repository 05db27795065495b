package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementFill;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FillOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// FILL: a tensor of the shape in input 0, each element the single value of input 1.
public record Fill() implements IndexingOperator {
    public static final Definition<Fill> DEFINITION = Definition.of(Fill.class, BuiltinOperator.FILL)
            .options(node -> new Fill(), op -> Options.of(FillOptions.DEFAULT))
            .inputs(Operand.of("shape", TensorType.INT32, TensorType.INT64), Operand.any("value"))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node.input(1).type()))
            .runtime(1, "1.13.0")
            .runtime(2, "2.3.0")
            .runtime(3, "2.5.0")
            .runtime(4, "2.12.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(TensorType type) {
        return switch (type) {
            case FLOAT16 -> 4;
            case INT8, INT16 -> 3;
            case BOOL, STRING -> 2;
            default -> 1;
        };
    }

    private static Shape infer(ShapeContext context) {
        Tensor shape = context.constant(0);
        if (context.input(1).isKnown() && context.input(1).elementCount() != 1) {
            throw new ShapeException("fills with one value, input 1 is " + context.input(1));
        }
        return shape == null ? ShapeValues.unknownOf(context.input(0)) : ShapeValues.shape(shape);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(0) != null;
        return context -> {
            Tensor y = constant ? context.output(0) : context.resize(0, ShapeValues.shape(context.input(0)));
            ElementFill.with(y, context.input(1));
        };
    }
}
