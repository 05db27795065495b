package dev.lithe.operators.math;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FixedPointFunctions;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.TensorType;

/// LOG_SOFTMAX in 32-bit fixed point. Differences to the largest element, and logarithms, have 5 integer bits, sums of
/// exponentials 12.
final class LogSoftmaxInteger {
    private static final int DIFFERENCE_BITS = 5;
    private static final int SUM_BITS = 12;
    private static final int OUTPUT_BITS = 4;

    private LogSoftmaxInteger() {}

    static Kernel of(TensorType type, float scale) {
        // The scale of the input, on that of the differences; below 1 it would only be a shift to the right.
        double real = Math.min((double) scale * (1 << (31 - DIFFERENCE_BITS)), (1L << 31) - 1.0);
        Multiplier multiplier = Multiplier.of(real);
        Multiplier reverse = Multiplier.of(Math.scalb(1.0, 31 - multiplier.shift()) / multiplier.value());
        int reach = (int) Math.floor(
                Math.scalb(((1 << DIFFERENCE_BITS) - 1.0) * (1 << (31 - DIFFERENCE_BITS)), -multiplier.shift()));
        int[] scaled = new int[256];
        int[] exponentials = new int[256];
        for (int d = 0; d < scaled.length; d++) {
            scaled[d] = multiplier.apply(-d);
            exponentials[d] = d <= reach
                    ? FixedPoint.roundingDivideByPowerOfTwo(FixedPointFunctions.expOnNegative(scaled[d]), SUM_BITS)
                    : 0;
        }
        int mask = KernelTypes.byteMask(type);
        Rows rows = new Rows(type, scaled, exponentials, reach, reverse);
        return context -> {
            Tensor input = context.input(0);
            byte[] x = input.bytes();
            byte[] y = context.output(0).bytes();
            int depth = input.shape().dimension(-1);
            for (int row = 0, end = input.elementCount(); row < end; row += depth) {
                int largest = Integer.MIN_VALUE;
                for (int i = row; i < row + depth; i++) {
                    largest = Math.max(largest, x[i] & mask);
                }
                rows.run(x, y, row, depth, largest, mask);
            }
        };
    }

    /// @param scaled by the difference to the largest element: minus its real value
    /// @param exponentials of those
    /// @param reach the largest difference that counts in the sum
    /// @param reverse from fixed point to differences as stored
    private record Rows(TensorType type, int[] scaled, int[] exponentials, int reach, Multiplier reverse) {
        void run(byte[] x, byte[] y, int row, int depth, int largest, int mask) {
            int sum = 0;
            for (int i = row; i < row + depth; i++) {
                sum += exponentials[largest - (x[i] & mask)];
            }
            int log = FixedPointLogarithm.of(sum);
            int min = FusedActivation.minOf(type);
            int max = FusedActivation.maxOf(type);
            // Differences beyond this would overflow 32 bits below: they are the lowest output in any case.
            int lowest = Math.max(-reach - 1, reverse.apply(log + Integer.MIN_VALUE));
            for (int i = row; i < row + depth; i++) {
                int difference = largest - (x[i] & mask);
                int value = FixedPoint.roundingDivideByPowerOfTwo(
                        scaled[difference] - log, 31 - DIFFERENCE_BITS - OUTPUT_BITS);
                y[i] = (byte) (-difference > lowest ? Rounding.clamp(value + max, min, max) : min);
            }
        }
    }
}
