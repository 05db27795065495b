package dev.lithe.operators.reduction;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.StridedLoop;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// Products over dimensions, each output in the order of the input.
final class Products {
    private Products() {}

    /// Floats, and integers as stored, which wrap at their own width (BOOL stays 0 or 1).
    static void of(Reduction reduction, Tensor input, Tensor output) {
        int n = output.elementCount();
        StridedLoop loop = reduction.loop();
        int step = loop.step(1);
        switch (input.array()) {
            case float[] x -> floats(loop, x, output.floats(), n);
            case int[] x -> {
                int[] y = output.ints();
                Arrays.fill(y, 0, n, 1);
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] *= x[a];
                    }
                });
            }
            case long[] x -> {
                long[] y = output.longs();
                Arrays.fill(y, 0, n, 1);
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] *= x[a];
                    }
                });
            }
            case short[] x -> {
                short[] y = output.shorts();
                Arrays.fill(y, 0, n, (short) 1);
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = (short) (y[b] * x[a]);
                    }
                });
            }
            case byte[] x -> {
                byte[] y = output.bytes();
                Arrays.fill(y, 0, n, (byte) 1);
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                        y[b] = (byte) (y[b] * x[a]);
                    }
                });
            }
            default -> throw KernelTypes.unsupported("REDUCE_PROD", input.type());
        }
    }

    private static void floats(StridedLoop loop, float[] x, float[] y, int n) {
        int step = loop.step(1);
        Arrays.fill(y, 0, n, 1);
        loop.rows((at, count) -> {
            for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                y[b] *= x[a];
            }
        });
    }

    /// The products of INT8 or INT16 elements less their zero point, rescaled after every multiplication. The first
    /// factor of each is taken as it is.
    static int[] rescaled(Reduction reduction, Tensor input, int outputs, int zeroPoint, Multiplier multiplier) {
        int[] products = new int[outputs];
        boolean[] started = new boolean[outputs];
        StridedLoop loop = reduction.loop();
        int step = loop.step(1);
        boolean wide = input.type() == TensorType.INT16;
        loop.rows((at, count) -> {
            for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                int factor = (wide ? input.shorts()[a] : input.bytes()[a]) - zeroPoint;
                products[b] = started[b] ? multiplier.apply((long) products[b] * factor) : factor;
                started[b] = true;
            }
        });
        return products;
    }
}
