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
import dev.lithe.schema.TensorType;
import dev.lithe.schema.UnpackOptions;
import java.util.Collections;
import java.util.List;

/// UNPACK: the elements along a dimension become tensors of their own, without that dimension.
public record Unpack(int num, int axis) implements LayoutOperator {
    public static final Definition<Unpack> DEFINITION = Definition.of(Unpack.class, BuiltinOperator.UNPACK)
            .options(
                    node -> {
                        UnpackOptions options = node.options().as(UnpackOptions.class, UnpackOptions.DEFAULT);
                        return new Unpack(options.num(), options.axis());
                    },
                    op -> Options.of(new UnpackOptions(op.num, op.axis)))
            .inputs(Operand.any("x"))
            .outputs(Operand.any("y").asVariadic())
            .shapes((op, c) -> op.shapes(c))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node.input(0).type()))
            .runtime(1, "1.11.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.2.0")
            .runtime(4, "2.3.0")
            .reference(Unpack::prepare);

    private static int version(TensorType type) {
        return type == TensorType.UINT8
                ? 2
                : TypeVersion.of(type, TensorType.INT8, 2, TensorType.BOOL, 3, TensorType.INT16, 4);
    }

    private List<Shape> shapes(ShapeContext context) {
        Shape input = context.input(0);
        int dimension = ShapeValues.axis(axis, input.rank());
        int size = input.dimension(dimension);
        if (num != context.outputCount() || (size != Shape.UNKNOWN && size != num)) {
            throw new ShapeException("UNPACK of " + num + " along dimension " + dimension + " of " + input + " has "
                    + context.outputCount() + " outputs");
        }
        int[] sizes = new int[input.rank() - 1];
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = input.dimension(d < dimension ? d : d + 1);
        }
        return Collections.nCopies(num, Shape.of(sizes));
    }

    private static Kernel prepare(Unpack op, KernelSetup setup) {
        int outputs = setup.outputCount();
        return context -> {
            Tensor x = context.input(0);
            int axis = ShapeValues.axis(op.axis, x.shape().rank());
            int outer = x.shape().flatSize(0, axis);
            int inner = x.shape().flatSize(axis + 1, x.shape().rank());
            for (int i = 0; i < outputs; i++) {
                for (int o = 0; o < outer; o++) {
                    ElementCopy.run(x, (o * outputs + i) * inner, context.output(i), o * inner, inner);
                }
            }
        };
    }
}
