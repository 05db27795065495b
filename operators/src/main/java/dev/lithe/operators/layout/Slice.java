package dev.lithe.operators.layout;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SliceOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SLICE: a block of a tensor. Input 1 says where it begins, input 2 how large it is; -1 takes all that is left.
public record Slice() implements LayoutOperator {
    public static final Definition<Slice> DEFINITION = Definition.of(Slice.class, BuiltinOperator.SLICE)
            .options(node -> new Slice(), op -> Options.of(SliceOptions.DEFAULT))
            .inputs(
                    Operand.any("x"),
                    Operand.of("begin", TensorType.INT32, TensorType.INT64),
                    Operand.of("size", TensorType.INT32, TensorType.INT64))
            .outputs(Operand.any("y"))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.4.0")
            .runtime(5, "2.5.0")
            .runtime(6, "2.14.0")
            .runtime(7, "2.21.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT4) {
            return 7;
        }
        if (type == TensorType.UINT32) {
            return 6;
        }
        return node.input(0).shape().rank() > 4
                ? 5
                : TypeVersion.of(type, TensorType.INT16, 4, TensorType.STRING, 3, TensorType.INT8, 2);
    }

    private static Shape infer(ShapeContext context) {
        Tensor begin = context.constant(1);
        Tensor size = context.constant(2);
        Shape input = context.input(0);
        if (size == null) {
            return ShapeValues.unknown(input.rank());
        }
        int[] sizes = ShapeValues.of(size);
        if (begin == null) {
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = sizes[d] < 0 ? Shape.UNKNOWN : sizes[d];
            }
            return Shape.of(sizes);
        }
        return sliced(input, ShapeValues.of(begin), sizes);
    }

    private static Shape sliced(Shape input, int[] begin, int[] size) {
        if (begin.length != input.rank() || size.length != input.rank()) {
            throw new ShapeException(input + " has " + input.rank() + " dimensions, begin and size have " + begin.length
                    + " and " + size.length);
        }
        int[] sizes = new int[size.length];
        for (int d = 0; d < sizes.length; d++) {
            int available = input.dimension(d);
            if (available == Shape.UNKNOWN) {
                sizes[d] = size[d] < 0 ? Shape.UNKNOWN : size[d];
                continue;
            }
            sizes[d] = size[d] == -1 ? available - begin[d] : size[d];
            if (begin[d] < 0 || sizes[d] < 0 || (long) begin[d] + sizes[d] > available) {
                throw new ShapeException(
                        "begin " + begin[d] + " and size " + size[d] + " leave dimension " + d + " of " + input);
            }
        }
        return Shape.of(sizes);
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(1) != null && setup.constant(2) != null;
        return context -> {
            Tensor x = context.input(0);
            int[] begin = ShapeValues.of(context.input(1));
            Shape shape = sliced(x.shape(), begin, ShapeValues.of(context.input(2)));
            Tensor y = constant ? context.output(0) : context.resize(0, shape);
            int[] strides = ElementCopy.strides(x.shape());
            int start = 0;
            for (int d = 0; d < strides.length; d++) {
                start += begin[d] * strides[d];
            }
            ElementCopy.block(shape.toArray(), x, start, strides, y, 0, ElementCopy.strides(shape));
        };
    }
}
