package dev.lithe.operators.layout;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// What PAD and PADV2 share: the paddings, the padded shape, and the kernel.
final class Padding {
    private Padding() {}

    static List<Shape> infer(ShapeContext context) {
        Tensor paddings = context.constant(1);
        Shape input = context.input(0);
        return List.of(paddings == null ? ShapeValues.unknown(input.rank()) : padded(input, ShapeValues.of(paddings)));
    }

    /// @param paddings before and after, per dimension
    static Shape padded(Shape input, int[] paddings) {
        if (paddings.length != 2 * input.rank()) {
            throw new ShapeException(
                    input + " needs " + input.rank() + " pairs of paddings, there are " + paddings.length + " numbers");
        }
        int[] sizes = input.toArray();
        for (int d = 0; d < sizes.length; d++) {
            int before = paddings[2 * d];
            int after = paddings[2 * d + 1];
            if (before < 0 || after < 0) {
                throw new ShapeException("paddings of " + before + " and " + after + ": they can't be negative");
            }
            sizes[d] =
                    sizes[d] == Shape.UNKNOWN ? Shape.UNKNOWN : Math.addExact(sizes[d], Math.addExact(before, after));
        }
        return Shape.of(sizes);
    }

    static int version(NodeView node) {
        TensorType type = node.input(0).type();
        return type == TensorType.BOOL
                ? 5
                : node.input(0).shape().rank() > 4 ? 4 : TypeVersion.of(type, TensorType.INT16, 3, TensorType.INT8, 2);
    }

    /// Pads with input 2 where there is one, else with what stands for 0: the output's zero point.
    static Kernel kernel(KernelSetup setup) {
        boolean constant = setup.constant(1) != null;
        QuantizationParameters output = setup.output(0).quantization();
        int zero = output.isPresent() ? output.zeroPoint() : 0;
        return context -> {
            Tensor x = context.input(0);
            int[] paddings = ShapeValues.of(context.input(1));
            Tensor y = constant ? context.output(0) : context.resize(0, padded(x.shape(), paddings));
            if (context.hasInput(2)) {
                fill(y, context.input(2));
            } else {
                fill(y, zero);
            }
            int[] strides = ElementCopy.strides(y.shape());
            int start = 0;
            for (int d = 0; d < strides.length; d++) {
                start += paddings[2 * d] * strides[d];
            }
            ElementCopy.block(x.shape().toArray(), x, 0, ElementCopy.strides(x.shape()), y, start, strides);
        };
    }

    private static void fill(Tensor y, int value) {
        int n = y.elementCount();
        switch (y.array()) {
            case float[] a -> Arrays.fill(a, 0, n, value);
            case byte[] a -> Arrays.fill(a, 0, n, (byte) value);
            case short[] a -> Arrays.fill(a, 0, n, (short) value);
            case int[] a -> Arrays.fill(a, 0, n, value);
            case long[] a -> Arrays.fill(a, 0, n, value);
            default -> throw KernelTypes.unsupported("PAD", y.type());
        }
    }

    private static void fill(Tensor y, Tensor value) {
        int n = y.elementCount();
        switch (y.array()) {
            case float[] a -> Arrays.fill(a, 0, n, value.floats()[0]);
            case byte[] a -> Arrays.fill(a, 0, n, value.bytes()[0]);
            case short[] a -> Arrays.fill(a, 0, n, value.shorts()[0]);
            case int[] a -> Arrays.fill(a, 0, n, value.ints()[0]);
            case long[] a -> Arrays.fill(a, 0, n, value.longs()[0]);
            default -> throw KernelTypes.unsupported("PADV2", y.type());
        }
    }
}
