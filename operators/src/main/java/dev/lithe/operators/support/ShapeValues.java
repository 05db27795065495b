package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;
import java.util.Arrays;

/// Integers that steer a shape: axes, sizes, paddings, permutations.
public final class ShapeValues {
    private ShapeValues() {}

    /// The elements of an integer tensor.
    ///
    /// @throws ShapeException where one does not fit into 32 bits
    public static int[] of(Tensor values) {
        int[] ints = new int[values.elementCount()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = at(values, i);
        }
        return ints;
    }

    private static int at(Tensor values, int index) {
        return switch (values.array()) {
            case int[] a -> a[index];
            case byte[] a -> a[index];
            case short[] a -> a[index];
            case long[] a -> {
                if (a[index] != (int) a[index]) {
                    throw new ShapeException(a[index] + " is no 32-bit number");
                }
                yield (int) a[index];
            }
            default -> throw new ShapeException(values.type() + " can't steer a shape: it has to be an integer type");
        };
    }

    /// The shape whose dimensions are the elements of an integer tensor.
    ///
    /// @throws ShapeException where one is negative
    public static Shape shape(Tensor values) {
        int[] sizes = of(values);
        for (int size : sizes) {
            if (size < 0) {
                throw new ShapeException(Arrays.toString(sizes) + " is no shape: a dimension is negative");
            }
        }
        return Shape.of(sizes);
    }

    /// The shape of a tensor whose dimensions are the elements of an integer tensor of shape `values` that is not known
    /// yet.
    public static Shape unknownOf(Shape values) {
        boolean ranked = values.rank() == 1 && values.dimension(0) != Shape.UNKNOWN;
        return ranked ? unknown(values.dimension(0)) : Shape.of(Shape.UNKNOWN);
    }

    /// The only element of an integer tensor.
    public static int single(Tensor values) {
        int[] ints = of(values);
        if (ints.length != 1) {
            throw new ShapeException("one value is needed, there are " + ints.length);
        }
        return ints[0];
    }

    /// `axis` counted from the front.
    ///
    /// @param rank how many dimensions there are to choose from
    /// @throws ShapeException where there is no such dimension
    public static int axis(int axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new ShapeException("axis " + axis + " is not among " + rank + " dimensions");
        }
        return axis < 0 ? axis + rank : axis;
    }

    /// A shape of `rank` unknown dimensions.
    public static Shape unknown(int rank) {
        int[] dimensions = new int[rank];
        Arrays.fill(dimensions, Shape.UNKNOWN);
        return Shape.of(dimensions);
    }
}
