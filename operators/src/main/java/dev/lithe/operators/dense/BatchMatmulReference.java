package dev.lithe.operators.dense;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.IntegerInput;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// The scalar kernels of BATCH_MATMUL, equal to LiteRT's reference kernels: each element is summed over the depth in
/// order.
final class BatchMatmulReference {
    private BatchMatmulReference() {}

    static Kernel prepare(BatchMatmul op, KernelSetup setup) {
        TensorType x = setup.input(0).type();
        TensorType y = setup.input(1).type();
        TensorType product = setup.output(0).type();
        if (x == TensorType.FLOAT32 && product == TensorType.FLOAT32) {
            return switch (y) {
                case FLOAT32 -> prepareFloat(op, setup);
                case INT8 -> prepareHybrid(op, setup);
                default -> throw KernelTypes.unsupported("BATCH_MATMUL", y);
            };
        }
        if (x == TensorType.INT8 && y == TensorType.INT8 && product == TensorType.INT32) {
            return prepareRaw(op, setup);
        }
        boolean integers =
                x == product && (x == TensorType.INT8 ? y == x : x == TensorType.INT16 && y != TensorType.FLOAT32);
        if (!integers) {
            throw KernelTypes.unsupported("BATCH_MATMUL", product);
        }
        if (x != y && setup.input(1).quantization().isPerChannel()) {
            throw new IllegalArgumentException(
                    "INT16 by INT8 matrices with several scales: LiteRT 2.21 refuses them, later"
                            + " releases answer zeros");
        }
        return prepareInteger(op, setup);
    }

    /// The sizes of the matrices at hand.
    private record Sizes(int rows, int depth, int columns) {
        static Sizes of(BatchMatmul op, Shape x, Shape y) {
            return new Sizes(
                    x.dimension(op.adjX() ? -1 : -2),
                    x.dimension(op.adjX() ? -2 : -1),
                    y.dimension(op.adjY() ? -2 : -1));
        }
    }

    /// One product of two matrices.
    private interface Product {
        /// @param x the first element of the left matrix
        /// @param y the number of the right matrix
        /// @param at where the product goes
        void run(int x, int y, int at);
    }

    /// Runs `product` for all pairs of matrices.
    private static void walk(KernelContext context, Sizes sizes, Product product) {
        Shape left = BatchMatmul.matrices(context.input(0).shape());
        Shape right = BatchMatmul.matrices(context.input(1).shape());
        Shape all = Broadcasting.shape(left, right);
        int[] leftStrides = Broadcasting.strides(left, all);
        int[] rightStrides = Broadcasting.strides(right, all);
        int count = all.flatSize();
        for (int i = 0; i < count; i++) {
            int x = 0;
            int y = 0;
            int rest = i;
            for (int d = all.rank() - 1; d >= 0; d--) {
                int at = rest % all.dimension(d);
                rest /= all.dimension(d);
                x += at * leftStrides[d];
                y += at * rightStrides[d];
            }
            product.run(x * sizes.rows * sizes.depth, y, i * sizes.rows * sizes.columns);
        }
    }

    /// The left matrices with their rows one after the other.
    private static float[] rowMajor(BatchMatmul op, Tensor x, Sizes sizes) {
        if (!op.adjX()) {
            return x.floats();
        }
        float[] rows = new float[x.elementCount()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = x.floats()[transposed(i, sizes.rows, sizes.depth)];
        }
        return rows;
    }

    private static int[] rowMajor(BatchMatmul op, int[] x, Sizes sizes) {
        if (!op.adjX()) {
            return x;
        }
        int[] rows = new int[x.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = x[transposed(i, sizes.rows, sizes.depth)];
        }
        return rows;
    }

    /// Where element `i` of matrices of `rows` by `depth` lies where they are stored transposed.
    private static int transposed(int i, int rows, int depth) {
        int matrix = i / (rows * depth);
        int within = i % (rows * depth);
        return matrix * rows * depth + within % depth * rows + within / depth;
    }

    private static Kernel prepareFloat(BatchMatmul op, KernelSetup setup) {
        PreparedWeights<float[][]> weights = new PreparedWeights<>(setup, 1, (y, groups) -> floatRows(op, y));
        return context -> {
            Sizes sizes =
                    Sizes.of(op, context.input(0).shape(), context.input(1).shape());
            float[] x = rowMajor(op, context.input(0), sizes);
            float[][] rows = weights.of(context, 1);
            float[] output = context.output(0).floats();
            float[] sums = new float[sizes.columns];
            walk(context, sizes, (from, matrix, at) -> {
                for (int r = 0; r < sizes.rows; r++) {
                    Arrays.fill(sums, 0);
                    WeightRows.accumulate(sums, rows, matrix * sizes.depth, x, from + r * sizes.depth, sizes.depth);
                    System.arraycopy(sums, 0, output, at + r * sizes.columns, sizes.columns);
                }
            });
        };
    }

    /// The right matrices, all rows one after the other: row `k` holds the elements that meet element `k` of a left
    /// row.
    private static float[][] floatRows(BatchMatmul op, Tensor y) {
        int last = y.shape().dimension(-1);
        int others = y.shape().flatSize(0, y.shape().rank() - 1);
        int matrices = y.shape().flatSize(0, y.shape().rank() - 2);
        return op.adjY()
                ? WeightRows.transposed(y.floats(), matrices, y.shape().dimension(-2), last)
                : WeightRows.of(y.floats(), others, last);
    }

    /// @param zeroPoint what is taken off
    private static int[][] intRows(BatchMatmul op, Tensor y, int zeroPoint) {
        int depth = y.shape().dimension(op.adjY() ? -1 : -2);
        int columns = y.shape().dimension(op.adjY() ? -2 : -1);
        int matrices = y.shape().flatSize(0, y.shape().rank() - 2);
        int[][] rows = new int[matrices * depth][columns];
        for (int row = 0; row < rows.length; row++) {
            int matrix = row / depth * depth * columns;
            for (int c = 0; c < columns; c++) {
                int k = row % depth;
                int at = matrix + (op.adjY() ? c * depth + k : k * columns + c);
                rows[row][c] = (y.array() instanceof byte[] bytes ? bytes[at] : y.shorts()[at]) - zeroPoint;
            }
        }
        return rows;
    }

    /// INT8 and INT16. LiteRT takes a second factor with several scales for one of scale 0.
    private static Kernel prepareInteger(BatchMatmul op, KernelSetup setup) {
        QuantizationParameters left = setup.input(0).quantization();
        QuantizationParameters right = setup.input(1).quantization();
        float product = left.scale() * (right.isPerChannel() ? 0 : right.scale());
        Multiplier multiplier =
                Multiplier.of((double) product / setup.output(0).quantization().scale());
        int zeroPoint = setup.output(0).quantization().zeroPoint();
        boolean wide = setup.input(0).type() == TensorType.INT16;
        int rightZeroPoint = right.isPerChannel() ? 0 : right.zeroPoint();
        PreparedWeights<int[][]> weights =
                new PreparedWeights<>(setup, 1, (y, groups) -> intRows(op, y, rightZeroPoint));
        return context -> {
            Sizes sizes =
                    Sizes.of(op, context.input(0).shape(), context.input(1).shape());
            int[] x = rowMajor(op, IntegerInput.of(context.input(0)).values(), sizes);
            int[][] rows = weights.of(context, 1);
            if (wide) {
                short[] output = context.output(0).shorts();
                walk(
                        context,
                        sizes,
                        (from, matrix, at) ->
                                wideProduct(x, from, rows, matrix * sizes.depth, sizes, multiplier, output, at));
            } else {
                byte[] output = context.output(0).bytes();
                walk(
                        context,
                        sizes,
                        (from, matrix, at) ->
                                product(x, from, rows, matrix * sizes.depth, sizes, multiplier, zeroPoint, output, at));
            }
        };
    }

    private static void product(
            int[] x,
            int from,
            int[][] rows,
            int first,
            Sizes sizes,
            Multiplier multiplier,
            int zeroPoint,
            byte[] output,
            int at) {
        int[] sums = new int[sizes.columns];
        for (int r = 0; r < sizes.rows; r++) {
            Arrays.fill(sums, 0);
            WeightRows.accumulate(sums, rows, first, x, from + r * sizes.depth, sizes.depth);
            for (int c = 0; c < sums.length; c++) {
                int value = zeroPoint + FixedPoint.multiply(sums[c], multiplier.value(), multiplier.shift());
                output[at + r * sizes.columns + c] = (byte) Rounding.clamp(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            }
        }
    }

    private static void wideProduct(
            int[] x, int from, int[][] rows, int first, Sizes sizes, Multiplier multiplier, short[] output, int at) {
        long[] sums = new long[sizes.columns];
        for (int r = 0; r < sizes.rows; r++) {
            Arrays.fill(sums, 0);
            for (int k = 0; k < sizes.depth; k++) {
                long value = x[from + r * sizes.depth + k];
                int[] row = rows[first + k];
                for (int c = 0; c < sums.length; c++) {
                    sums[c] += value * row[c];
                }
            }
            for (int c = 0; c < sums.length; c++) {
                int value = FixedPoint.multiply(sums[c], multiplier.value(), multiplier.shift());
                output[at + r * sizes.columns + c] = (short) Rounding.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
            }
        }
    }

    /// INT8 to INT32: the sums of the products of the stored integers.
    private static Kernel prepareRaw(BatchMatmul op, KernelSetup setup) {
        PreparedWeights<int[][]> weights = new PreparedWeights<>(setup, 1, (y, groups) -> intRows(op, y, 0));
        return context -> {
            Sizes sizes =
                    Sizes.of(op, context.input(0).shape(), context.input(1).shape());
            Tensor stored = context.input(0).withQuantization(QuantizationParameters.NONE);
            int[] x = rowMajor(op, IntegerInput.of(stored).values(), sizes);
            int[][] rows = weights.of(context, 1);
            int[] output = context.output(0).ints();
            int[] sums = new int[sizes.columns];
            walk(context, sizes, (from, matrix, at) -> {
                for (int r = 0; r < sizes.rows; r++) {
                    Arrays.fill(sums, 0);
                    WeightRows.accumulate(sums, rows, matrix * sizes.depth, x, from + r * sizes.depth, sizes.depth);
                    System.arraycopy(sums, 0, output, at + r * sizes.columns, sizes.columns);
                }
            });
        };
    }

    private static Kernel prepareHybrid(BatchMatmul op, KernelSetup setup) {
        float[] scales = setup.input(1).quantization().scales().toArray();
        if (scales.length == 0) {
            throw new IllegalArgumentException("8-bit matrices need a scale");
        }
        PreparedWeights<int[][]> weights = new PreparedWeights<>(setup, 1, (y, groups) -> intRows(op, y, 0));
        return context -> new HybridMatmul(op, context, weights.of(context, 1), scales).run();
    }
}
