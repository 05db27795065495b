package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.Indices;
import dev.lithe.schema.Longs;
import java.util.Arrays;

/// A tensor of index vectors, which stand along one of its dimensions. Where that is one past the last, every element
/// is a vector of one number.
///
/// @param axis the dimension that the vectors stand along
/// @param targets the operand's dimension that each number of a vector is about
record IndexVectors(int axis, int[] targets) {
    /// @throws ShapeException where options do not fit the shapes
    static IndexVectors of(Shape indices, long axis, Longs map, int operandRank) {
        if (axis < 0 || axis > indices.rank()) {
            throw new ShapeException("index vectors along dimension " + axis + " of " + indices);
        }
        Dimensions.marked("the map of indices", map, operandRank);
        int[] targets = Dimensions.ints("the map of indices", map);
        int length = axis == indices.rank() ? 1 : indices.dimension((int) axis);
        if (length != Shape.UNKNOWN && length != targets.length) {
            throw new ShapeException(
                    "index vectors of " + length + " numbers for " + targets.length + " mapped dimensions");
        }
        return new IndexVectors((int) axis, targets);
    }

    /// The sizes of all dimensions but the one that vectors stand along.
    int[] batch(Shape indices) {
        int[] sizes = indices.toArray();
        if (axis == sizes.length) {
            return sizes;
        }
        int[] batch = Arrays.copyOf(sizes, sizes.length - 1);
        System.arraycopy(sizes, axis + 1, batch, axis, batch.length - axis);
        return batch;
    }

    /// Reads the vector at a place of the batch into `start`, one number per dimension of the operand.
    void read(Tensor indices, int[] place, long[] start) {
        int[] strides = ElementCopy.strides(indices.shape());
        int at = 0;
        for (int d = 0; d < place.length; d++) {
            at += place[d] * strides[d < axis ? d : d + 1];
        }
        Arrays.fill(start, 0);
        for (int i = 0; i < targets.length; i++) {
            start[targets[i]] = Indices.at(indices, axis == strides.length ? at : at + i * strides[axis]);
        }
    }

    /// Moves `place` on within `sizes`, in row-major order; false after the last.
    static boolean next(int[] place, int[] sizes) {
        for (int d = sizes.length - 1; d >= 0; d--) {
            if (++place[d] < sizes[d]) {
                return true;
            }
            place[d] = 0;
        }
        return false;
    }
}
