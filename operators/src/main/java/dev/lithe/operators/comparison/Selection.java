package dev.lithe.operators.comparison;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.StridedLoop;
import dev.lithe.schema.TensorType;

/// What SELECT and SELECT_V2 share: elements of one tensor or another, moved bit for bit.
final class Selection {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.UINT16,
        TensorType.INT32,
        TensorType.UINT32,
        TensorType.INT64,
        TensorType.UINT64,
        TensorType.BOOL,
        TensorType.FLOAT64,
        TensorType.COMPLEX64
    };

    private Selection() {}

    /// @param conditionStrides how the condition's elements lie in the output's index space
    static void run(KernelContext context, int[] conditionStrides) {
        Tensor x = context.input(1);
        Tensor y = context.input(2);
        Tensor output = context.output(0);
        Shape shape = output.shape();
        byte[] condition = context.input(0).bytes();
        StridedLoop loop = StridedLoop.over(
                shape.toArray(),
                conditionStrides,
                Broadcasting.strides(x.shape(), shape),
                Broadcasting.strides(y.shape(), shape),
                ElementCopy.strides(shape));
        Row row = Tensor.unitsPerElement(output.type()) == 2
                ? pairs(x.floats(), y.floats(), output.floats())
                : row(x.array(), y.array(), output.array());
        int stepCondition = loop.step(0);
        int stepX = loop.step(1);
        int stepY = loop.step(2);
        loop.rows((at, count) -> {
            for (int n = 0, c = at[0], i = at[1], j = at[2], k = at[3];
                    n < count;
                    n++, c += stepCondition, i += stepX, j += stepY, k++) {
                row.move(condition[c] != 0, i, j, k);
            }
        });
    }

    /// Moves element `i` of the first tensor, or `j` of the second, to `k` of the output.
    @FunctionalInterface
    private interface Row {
        void move(boolean first, int i, int j, int k);
    }

    private static Row pairs(float[] a, float[] b, float[] to) {
        return (first, i, j, k) -> {
            to[2 * k] = first ? a[2 * i] : b[2 * j];
            to[2 * k + 1] = first ? a[2 * i + 1] : b[2 * j + 1];
        };
    }

    private static Row row(Object x, Object y, Object output) {
        return switch (output) {
            case float[] to -> {
                float[] a = (float[]) x;
                float[] b = (float[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            case byte[] to -> {
                byte[] a = (byte[]) x;
                byte[] b = (byte[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            case short[] to -> {
                short[] a = (short[]) x;
                short[] b = (short[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            case int[] to -> {
                int[] a = (int[]) x;
                int[] b = (int[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            case long[] to -> {
                long[] a = (long[]) x;
                long[] b = (long[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            case double[] to -> {
                double[] a = (double[]) x;
                double[] b = (double[]) y;
                yield (first, i, j, k) -> to[k] = first ? a[i] : b[j];
            }
            default -> throw KernelTypes.unsupported("SELECT", TensorType.STRING);
        };
    }
}
