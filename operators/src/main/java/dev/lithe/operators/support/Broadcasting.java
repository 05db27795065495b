package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;

/// Broadcasting: shapes are aligned at their innermost dimension, and a size of 1 (or a missing dimension) repeats.
public final class Broadcasting {
    private Broadcasting() {}

    /// The shape that both broadcast to. Unknown against a size above 1 gives that size, unknown otherwise.
    ///
    /// @throws ShapeException where they do not fit
    public static Shape shape(Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int sizeA = i <= a.rank() ? a.dimension(-i) : 1;
            int sizeB = i <= b.rank() ? b.dimension(-i) : 1;
            result[rank - i] = dimension(a, b, sizeA, sizeB);
        }
        return Shape.of(result);
    }

    public static Shape shape(Shape a, Shape b, Shape c) {
        return shape(shape(a, b), c);
    }

    private static int dimension(Shape a, Shape b, int sizeA, int sizeB) {
        if (sizeA == 1 || sizeA == sizeB) {
            return sizeB;
        }
        if (sizeB == 1) {
            return sizeA;
        }
        if (sizeA == Shape.UNKNOWN) {
            return sizeB;
        }
        if (sizeB == Shape.UNKNOWN) {
            return sizeA;
        }
        throw new ShapeException(a + " and " + b + " do not broadcast: " + sizeA + " stands against " + sizeB);
    }

    /// For each dimension of `to`, how far apart consecutive elements lie in an array of shape `from`; 0 where `from`
    /// repeats. Element `(i0, i1, …)` of the broadcast tensor is element `sum(ik * stride[k])` of the array.
    public static int[] strides(Shape from, Shape to) {
        int[] strides = new int[to.rank()];
        int stride = 1;
        for (int i = 1; i <= from.rank(); i++) {
            int size = from.dimension(-i);
            strides[to.rank() - i] = size == 1 ? 0 : stride;
            stride *= size;
        }
        return strides;
    }
}
