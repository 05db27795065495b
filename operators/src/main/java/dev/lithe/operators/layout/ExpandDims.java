package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// EXPAND_DIMS: a new dimension of size 1 where input 1 says (-1 puts it last).
public record ExpandDims() implements LayoutOperator {
    public static final Definition<ExpandDims> DEFINITION = Definition.of(ExpandDims.class, BuiltinOperator.EXPAND_DIMS)
            .options(node -> new ExpandDims(), op -> Options.of(ExpandDimsOptions.DEFAULT))
            .inputs(Operand.any("x"), Operand.of("axis", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> 1)
            .runtime(1, "1.10.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor axis = context.constant(1);
        Shape input = context.input(0);
        return axis == null ? ShapeValues.unknown(input.rank() + 1) : expanded(input, ShapeValues.single(axis));
    }

    private static Shape expanded(Shape input, int requested) {
        int axis = ShapeValues.axis(requested, input.rank() + 1);
        int[] sizes = new int[input.rank() + 1];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = d == axis ? 1 : input.dimension(d < axis ? d : d - 1);
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        return context -> {
            Tensor x = context.input(0);
            Tensor y = constant
                    ? context.output(0)
                    : context.resize(0, expanded(x.shape(), ShapeValues.single(context.input(1))));
            ElementCopy.all(x, y);
        };
    }
}
