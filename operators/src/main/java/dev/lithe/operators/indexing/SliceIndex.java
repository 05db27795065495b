package dev.lithe.operators.indexing;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Indices;

/// The rows of an index tensor (its innermost dimension), each of which names a slice of a tensor of shape `shape` by
/// its leading coordinates.
final class SliceIndex {
    private final Tensor indices;
    private final Shape shape;
    private final int[] strides;
    private final int depth;

    SliceIndex(Tensor indices, Shape shape) {
        this.indices = indices;
        this.shape = shape;
        this.strides = ElementCopy.strides(shape);
        this.depth = indices.shape().dimension(-1);
    }

    /// How many rows there are.
    int count() {
        return indices.shape().flatSize(0, indices.shape().rank() - 1);
    }

    /// How many elements a slice has.
    int length() {
        return shape.flatSize(depth, shape.rank());
    }

    /// Where the slice of row `row` begins.
    ///
    /// @throws IndexOutOfBoundsException where a coordinate is outside of the tensor
    int start(int row) {
        int start = 0;
        for (int d = 0; d < depth; d++) {
            start += Indices.at(indices, row * depth + d, shape.dimension(d)) * strides[d];
        }
        return start;
    }
}
