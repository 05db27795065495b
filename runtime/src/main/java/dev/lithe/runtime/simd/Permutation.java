package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import java.util.Arrays;

/// A permutation of a shape's dimensions, reduced to the turning of matrices: dimensions that stay
/// neighbours are merged; what is left beside the output's last dimension (the columns) and the input's
/// last dimension (the rows) is walked in order of the output. Where these two are the same, there is
/// nothing to turn but rows to copy.
final class Permutation {
    private final int rank;
    private int[] sizes;
    private int[] inputStrides;
    private int[] outputStrides;

    /// How many matrices (or copied rows) there are.
    final int outer;
    /// Elements of an output row, and how far apart they lie in the input.
    final int columns;

    final int columnStride;
    /// Output rows of a matrix (elements that follow each other in the input), and how far apart they lie.
    final int rows;

    final int rowStride;

    /// @param requested the permutation as the operator has it; negative dimensions count from the end
    Permutation(Shape shape, int[] requested) {
        rank = shape.rank();
        int[] strides = ElementCopy.strides(shape);
        sizes = new int[rank + 1];
        inputStrides = new int[rank + 1];
        int merged = 0;
        for (int d = 0; d < rank; d++) {
            int source = ShapeValues.axis(requested[d], rank);
            int size = shape.dimension(source);
            if (size == 1) {
                continue;
            }
            boolean joins = merged > 0 && inputStrides[merged - 1] == size * strides[source];
            merged = joins ? merged : merged + 1;
            sizes[merged - 1] = joins ? sizes[merged - 1] * size : size;
            inputStrides[merged - 1] = strides[source];
        }
        if (merged == 0) {
            sizes[0] = 1;
            inputStrides[merged++] = 1;
        }
        outputStrides = new int[merged];
        for (int d = merged - 1, stride = 1; d >= 0; stride *= sizes[d--]) {
            outputStrides[d] = stride;
        }
        columns = sizes[merged - 1];
        columnStride = inputStrides[merged - 1];
        int turned = turned(merged);
        rows = turned < 0 ? 1 : sizes[turned];
        rowStride = turned < 0 ? 0 : outputStrides[turned];
        outer = drop(merged - 1, turned);
    }

    /// The dimension of the output, other than its last one, whose elements follow each other in the
    /// input; -1 where the last one is that.
    private int turned(int merged) {
        for (int d = 0; d < merged - 1; d++) {
            if (inputStrides[d] == 1) {
                return d;
            }
        }
        return -1;
    }

    /// Leaves the dimensions before `last` without `turned`, and gives the number of their positions.
    private int drop(int last, int turned) {
        int left = 0;
        int positions = columns == 0 || rows == 0 ? 0 : 1;
        for (int d = 0; d < last; d++) {
            if (d != turned) {
                sizes[left] = sizes[d];
                inputStrides[left] = inputStrides[d];
                outputStrides[left] = outputStrides[d];
                positions *= sizes[left];
                left++;
            }
        }
        sizes = Arrays.copyOf(sizes, left);
        return positions;
    }

    int rank() {
        return rank;
    }

    /// Whether rows are copied as they are.
    boolean copies() {
        return columnStride == 1;
    }

    /// Where unit `unit` begins in the input.
    int from(int unit) {
        return offset(unit, inputStrides);
    }

    /// Where unit `unit` begins in the output.
    int to(int unit) {
        return offset(unit, outputStrides);
    }

    private int offset(int unit, int[] strides) {
        int offset = 0;
        for (int d = sizes.length - 1, rest = unit; d >= 0; d--) {
            offset += rest % sizes[d] * strides[d];
            rest /= sizes[d];
        }
        return offset;
    }
}
