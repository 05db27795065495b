package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;

/// Integer tensors whose values name positions in another tensor.
public final class Indices {
    private Indices() {}

    /// Element `i` of an INT16, INT32 or INT64 tensor.
    public static long at(Tensor indices, int i) {
        return switch (indices.array()) {
            case int[] a -> a[i];
            case long[] a -> a[i];
            case short[] a -> a[i];
            default -> throw new IllegalArgumentException(indices.type() + " can't be an index");
        };
    }

    /// Element `i`, which has to name one of `size` positions.
    ///
    /// @throws IndexOutOfBoundsException where it does not
    public static int at(Tensor indices, int i, int size) {
        long index = at(indices, i);
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " (element " + i + ") is outside of a dimension of " + size);
        }
        return (int) index;
    }
}
