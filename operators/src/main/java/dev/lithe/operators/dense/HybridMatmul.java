package dev.lithe.operators.dense;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.IntegerInput;
import dev.lithe.operators.support.WeightRows;
import java.util.Arrays;

/// One run of BATCH_MATMUL with a float and an 8-bit factor: each row of the left matrices is quantized, sums of
/// products of integers are corrected for the row's zero point and scaled. Equal to LiteRT's kernel in what it does
/// beyond that:
///
/// - the correction is computed in single precision and cut off;
/// - where there are several leading dimensions, their indices are added up to find a row's scale and zero point, so
/// that
///   matrices get those of others. Only where the last leading dimension of the right factor is 1 is that one taken for
///   more rows first, and right.
final class HybridMatmul {
    private final KernelContext context;
    private final int[][] weights;
    private final float[] weightScales;
    private final Shape left;
    private final Shape right;
    private final int rows;
    private final int depth;
    private final int columns;
    private final IntegerInput x;
    private final int[] weightSums;

    /// @param weights the rows of the right matrices, one after the other
    /// @param weightScales one, or one per column
    HybridMatmul(BatchMatmul op, KernelContext context, int[][] weights, float[] weightScales) {
        this.context = context;
        this.weights = weights;
        this.weightScales = weightScales;
        Shape xShape = context.input(0).shape();
        Shape yShape = context.input(1).shape();
        this.depth = xShape.dimension(op.adjX() ? -2 : -1);
        this.columns = yShape.dimension(op.adjY() ? -2 : -1);
        boolean joined = !op.adjX() && xShape.rank() > 2 && yShape.rank() > 2 && yShape.dimension(-3) == 1;
        int matrixRows = xShape.dimension(op.adjX() ? -1 : -2);
        this.rows = joined ? matrixRows * xShape.dimension(-3) : matrixRows;
        this.left = leading(xShape, joined ? 3 : 2);
        this.right = leading(yShape, joined ? 3 : 2);
        Tensor input = context.input(0);
        float[] floats = op.adjX() ? transposed(input) : input.floats();
        this.x = IntegerInput.quantized(floats, input.elementCount() / Math.max(1, depth), depth, op.asymmetric());
        this.weightSums = sums();
    }

    private static Shape leading(Shape shape, int without) {
        return Shape.of(Arrays.copyOf(shape.toArray(), shape.rank() - without));
    }

    private float[] transposed(Tensor input) {
        float[] stored = input.floats();
        float[] floats = new float[input.elementCount()];
        for (int i = 0; i < floats.length; i++) {
            int matrix = i / (rows * depth) * rows * depth;
            int within = i % (rows * depth);
            floats[i] = stored[matrix + within % depth * rows + within / depth];
        }
        return floats;
    }

    /// The sum of each column of each right matrix.
    private int[] sums() {
        int[] sums = new int[right.flatSize() * columns];
        for (int k = 0; k < weights.length; k++) {
            int matrix = k / depth * columns;
            for (int c = 0; c < columns; c++) {
                sums[matrix + c] += weights[k][c];
            }
        }
        return sums;
    }

    void run() {
        Shape all = Broadcasting.shape(left, right);
        int[] leftStrides = Broadcasting.strides(left, all);
        int[] rightStrides = Broadcasting.strides(right, all);
        int count = all.flatSize();
        for (int i = 0; i < count; i++) {
            int from = 0;
            int to = 0;
            int rowScales = 0;
            int columnSums = 0;
            int rest = i;
            for (int d = all.rank() - 1; d >= 0; d--) {
                int at = rest % all.dimension(d);
                rest /= all.dimension(d);
                from += at * leftStrides[d];
                to += at * rightStrides[d];
                rowScales += leftStrides[d] == 0 ? 0 : at * rows;
                columnSums += rightStrides[d] == 0 ? 0 : at * columns;
            }
            product(from * rows, to * depth, rowScales, columnSums, i * rows * columns);
        }
    }

    private void product(int firstRow, int firstWeights, int rowScales, int columnSums, int at) {
        float[] output = context.output(0).floats();
        int[] sums = new int[columns];
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sums, 0);
            WeightRows.accumulate(sums, weights, firstWeights, x.values(), (firstRow + r) * depth, depth);
            int own = x.zeroPoints()[firstRow + r];
            float offset = x.zeroPoints()[rowScales + r];
            float scale = x.scales()[rowScales + r];
            scale = weightScales.length == 1 ? scale * weightScales[0] : scale;
            for (int c = 0; c < columns; c++) {
                int stored = sums[c] + own * sumOfOwn(firstWeights, c);
                int total = (int) (stored - weightSums[columnSums + c] * offset);
                float factor = weightScales.length == 1 ? scale : scale * weightScales[c];
                output[at + r * columns + c] = 0f + factor * total; // -0 becomes 0
            }
        }
    }

    private int sumOfOwn(int firstWeights, int column) {
        return weightSums[firstWeights / Math.max(1, depth) * columns + column];
    }
}
