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
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SplitOptions;
import dev.lithe.schema.TensorType;
import java.util.Collections;
import java.util.List;

/// SPLIT: equal parts along a dimension. Input 0 names the dimension, input 1 is split.
public record Split(int numSplits) implements LayoutOperator {
    public static final Definition<Split> DEFINITION = Definition.of(Split.class, BuiltinOperator.SPLIT)
            .options(
                    node -> new Split(node.options()
                            .as(SplitOptions.class, SplitOptions.DEFAULT)
                            .numSplits()),
                    op -> Options.of(new SplitOptions(op.numSplits)))
            .inputs(Operand.of("axis", TensorType.INT32), Operand.any("x"))
            .outputs(Operand.any("y").asVariadic())
            .shapes((op, c) -> op.shapes(c))
            .quantization(QuantizationRule.same())
            .versions((op, node) ->
                    TypeVersion.of(node.input(1).type(), TensorType.INT16, 4, TensorType.INT32, 3, TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.3.0")
            .reference(Split::prepare);

    private List<Shape> shapes(ShapeContext context) {
        Tensor axis = context.constant(0);
        Shape input = context.input(1);
        if (numSplits <= 0 || numSplits != context.outputCount()) {
            throw new ShapeException("SPLIT into " + numSplits + " has " + context.outputCount() + " outputs");
        }
        Shape part =
                axis == null ? ShapeValues.unknown(input.rank()) : part(input, ShapeValues.single(axis), numSplits);
        return Collections.nCopies(numSplits, part);
    }

    private static Shape part(Shape input, int requested, int parts) {
        int axis = ShapeValues.axis(requested, input.rank());
        int size = input.dimension(axis);
        if (size != Shape.UNKNOWN && size % parts != 0) {
            throw new ShapeException(
                    "dimension " + axis + " of " + input + " does not split into " + parts + " equal parts");
        }
        return input.withDimension(axis, size == Shape.UNKNOWN ? Shape.UNKNOWN : size / parts);
    }

    private static Kernel prepare(Split op, KernelSetup setup) {
        boolean constant = setup.constant(0) != null;
        int parts = setup.outputCount();
        return context -> {
            Tensor x = context.input(1);
            int axis = ShapeValues.axis(
                    ShapeValues.single(context.input(0)), x.shape().rank());
            Shape part = part(x.shape(), axis, parts);
            int outer = part.flatSize(0, axis);
            int length = part.flatSize(axis, part.rank());
            for (int i = 0; i < parts; i++) {
                Tensor y = constant ? context.output(i) : context.resize(i, part);
                for (int o = 0; o < outer; o++) {
                    ElementCopy.run(x, (o * parts + i) * length, y, o * length, length);
                }
            }
        };
    }
}
