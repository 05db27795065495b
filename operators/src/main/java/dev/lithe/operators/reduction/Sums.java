package dev.lithe.operators.reduction;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.StridedLoop;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// Sums over dimensions, each output in the order of the input.
final class Sums {
    private Sums() {}

    /// Adds `x` onto `sums`.
    static void floats(Reduction reduction, float[] x, float[] sums) {
        StridedLoop loop = reduction.loop();
        int step = loop.step(1);
        loop.rows((at, count) -> {
            for (int i = 0, a = at[0], s = at[1]; i < count; i++, a++, s += step) {
                sums[s] += x[a];
            }
        });
    }

    /// The sums of INT32 or INT64 elements, wrapping at 64 bits.
    static long[] longs(Reduction reduction, Tensor x, int outputs) {
        long[] sums = new long[outputs];
        StridedLoop loop = reduction.loop();
        int step = loop.step(1);
        switch (x.array()) {
            case int[] values ->
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], s = at[1]; i < count; i++, a++, s += step) {
                        sums[s] += values[a];
                    }
                });
            case long[] values ->
                loop.rows((at, count) -> {
                    for (int i = 0, a = at[0], s = at[1]; i < count; i++, a++, s += step) {
                        sums[s] += values[a];
                    }
                });
            default -> throw KernelTypes.unsupported("SUM", x.type());
        }
        return sums;
    }

    /// The sums of INT8, UINT8 or INT16 elements as stored, in 32 bits.
    private static int[] quantized(Reduction reduction, Tensor x, int outputs) {
        int[] sums = new int[outputs];
        StridedLoop loop = reduction.loop();
        int step = loop.step(1);
        if (x.type() == TensorType.INT16) {
            short[] values = x.shorts();
            loop.rows((at, count) -> {
                for (int i = 0, a = at[0], s = at[1]; i < count; i++, a++, s += step) {
                    sums[s] += values[a];
                }
            });
        } else {
            byte[] values = x.bytes();
            int mask = KernelTypes.byteMask(x.type());
            loop.rows((at, count) -> {
                for (int i = 0, a = at[0], s = at[1]; i < count; i++, a++, s += step) {
                    sums[s] += values[a] & mask;
                }
            });
        }
        return sums;
    }

    /// `y = clamp(multiplier * (sum - zeroPoint * count) + outputZeroPoint)`; 0 as stored where nothing is summed.
    static void rescaled(
            Reduction reduction, Tensor x, Tensor y, int zeroPoint, Multiplier multiplier, int outputZeroPoint) {
        int outputs = y.elementCount();
        long count = reduction.count();
        if (count == 0) {
            if (y.type() == TensorType.INT16) {
                Arrays.fill(y.shorts(), 0, outputs, (short) 0);
            } else {
                Arrays.fill(y.bytes(), 0, outputs, (byte) 0);
            }
            return;
        }
        int min = FusedActivation.minOf(y.type());
        int max = FusedActivation.maxOf(y.type());
        int[] sums = quantized(reduction, x, outputs);
        for (int i = 0; i < outputs; i++) {
            int centred = (int) (sums[i] - zeroPoint * count);
            int value = Math.max(min, Math.min(max, multiplier.apply(centred) + outputZeroPoint));
            if (y.type() == TensorType.INT16) {
                y.shorts()[i] = (short) value;
            } else {
                y.bytes()[i] = (byte) value;
            }
        }
    }
}
