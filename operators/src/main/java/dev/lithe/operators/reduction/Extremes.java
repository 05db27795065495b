package dev.lithe.operators.reduction;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.StridedLoop;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// The largest or smallest element over dimensions. Quantized integers are compared as stored: input and output have
/// the same quantization. NaN never wins over a number.
final class Extremes {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL
    };

    private Extremes() {}

    static Kernel kernel(boolean keepDims, KernelSetup setup, boolean largest) {
        return Reduction.kernel(keepDims, setup, (reduction, x, y) -> {
            start(x.type(), largest, y);
            if (reduction.foldsAll() && x.elementCount() > 0) {
                // As in LiteRT: all of it starts with the first element, which may be NaN or infinite.
                ElementCopy.run(x, 0, y, 0, 1);
            }
            fold(reduction.loop(), x, y, largest);
        });
    }

    private static void start(TensorType type, boolean largest, Tensor y) {
        int n = y.elementCount();
        switch (type) {
            case FLOAT32 -> Arrays.fill(y.floats(), 0, n, largest ? -Float.MAX_VALUE : Float.MAX_VALUE);
            case INT32 -> Arrays.fill(y.ints(), 0, n, largest ? Integer.MIN_VALUE : Integer.MAX_VALUE);
            case INT64 -> Arrays.fill(y.longs(), 0, n, largest ? Long.MIN_VALUE : Long.MAX_VALUE);
            case INT16 -> Arrays.fill(y.shorts(), 0, n, largest ? Short.MIN_VALUE : Short.MAX_VALUE);
            case INT8 -> Arrays.fill(y.bytes(), 0, n, largest ? Byte.MIN_VALUE : Byte.MAX_VALUE);
            case BOOL -> Arrays.fill(y.bytes(), 0, n, (byte) (largest ? 0 : 1));
            case UINT8 -> Arrays.fill(y.bytes(), 0, n, (byte) (largest ? 0 : 255));
            default -> throw KernelTypes.unsupported(largest ? "REDUCE_MAX" : "REDUCE_MIN", type);
        }
    }

    private static void fold(StridedLoop loop, Tensor input, Tensor output, boolean largest) {
        int step = loop.step(1);
        switch (input.array()) {
            case float[] x -> {
                float[] y = output.floats();
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = (largest ? x[a] > y[b] : x[a] < y[b]) ? x[a] : y[b];
                    }
                });
            }
            case int[] x -> {
                int[] y = output.ints();
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = largest ? Math.max(y[b], x[a]) : Math.min(y[b], x[a]);
                    }
                });
            }
            case long[] x -> {
                long[] y = output.longs();
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = largest ? Math.max(y[b], x[a]) : Math.min(y[b], x[a]);
                    }
                });
            }
            case short[] x -> {
                short[] y = output.shorts();
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = (short) (largest ? Math.max(y[b], x[a]) : Math.min(y[b], x[a]));
                    }
                });
            }
            default -> foldBytes(loop, input, output.bytes(), largest);
        }
    }

    private static void foldBytes(StridedLoop loop, Tensor input, byte[] y, boolean largest) {
        byte[] x = input.bytes();
        int mask = KernelTypes.byteMask(input.type());
        int step = loop.step(1);
        loop.rows((at, count) -> {
            for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                int value = x[a] & mask;
                int best = y[b] & mask;
                y[b] = (byte) (largest ? Math.max(best, value) : Math.min(best, value));
            }
        });
    }
}
