package dev.lithe.operators.activation;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FixedPointFunctions;
import dev.lithe.operators.support.FixedPointFunctions.Reciprocal;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.Int16Table;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.TensorType;

/// SOFTMAX in integers.
final class SoftmaxInteger {
    private static final int DIFFERENCE_BITS = 5; // integer bits of a scaled difference to the maximum
    private static final int SUM_BITS = 12; // integer bits of the sum

    private SoftmaxInteger() {}

    /// 8-bit inputs: exponentials and the sum's reciprocal in 32-bit fixed point. The output may be 16-bit.
    static Kernel bytes(Softmax op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        TensorType outputType = setup.output(0).type();
        int mask = KernelTypes.byteMask(type);
        int[] exponentials =
                exponentials(op.beta(), setup.input(0).quantization().scale());
        boolean wide = outputType == TensorType.INT16;
        int outputBits = wide ? 16 : 8;
        int min = FusedActivation.minOf(outputType);
        int max = FusedActivation.maxOf(outputType);
        return context -> {
            Tensor input = context.input(0);
            byte[] x = input.bytes();
            Tensor y = context.output(0);
            int depth = input.shape().dimension(-1);
            int end = input.elementCount();
            for (int row = 0; row < end; row += depth) {
                int largest = Integer.MIN_VALUE;
                for (int i = row; i < row + depth; i++) {
                    largest = Math.max(largest, x[i] & mask);
                }
                int sum = 0;
                for (int i = row; i < row + depth; i++) {
                    int exponential = exponentials[largest - (x[i] & mask)];
                    sum += FixedPoint.roundingDivideByPowerOfTwo(exponential, SUM_BITS);
                }
                Reciprocal scale = Reciprocal.of(sum, SUM_BITS);
                int shift = scale.bitsOverUnit() + 31 - outputBits;
                for (int i = row; i < row + depth; i++) {
                    int exponential = exponentials[largest - (x[i] & mask)];
                    int product = FixedPoint.saturatingRoundingDoublingHighMul(scale.value(), exponential);
                    int value = FixedPoint.roundingDivideByPowerOfTwo(product, shift) + min;
                    store(y, i, Rounding.clamp(value, min, max), wide);
                }
            }
        };
    }

    private static void store(Tensor y, int index, int value, boolean wide) {
        if (wide) {
            y.shorts()[index] = (short) value;
        } else {
            y.bytes()[index] = (byte) value;
        }
    }

    /// `exp(-d * scale * beta)` in Q0.31, by the difference `d` to the maximum; 0 where it is too small to matter.
    private static int[] exponentials(float beta, float scale) {
        double real = Math.min((double) beta * scale * (1 << (31 - DIFFERENCE_BITS)), (1L << 31) - 1.0);
        Multiplier multiplier = Multiplier.of(real);
        double reach = Math.floor(
                Math.scalb(((1 << DIFFERENCE_BITS) - 1.0) * (1 << (31 - DIFFERENCE_BITS)), -multiplier.shift()));
        int[] exponentials = new int[256];
        for (int d = 0; d < exponentials.length && d <= reach; d++) {
            exponentials[d] = FixedPointFunctions.expOnNegative(multiplier.apply(-d));
        }
        return exponentials;
    }

    /// 16-bit inputs: tables of `exp(x)` over [-10, 0] and of `1 / (1 + x)` over [0, 1].
    static Kernel shorts(Softmax op, KernelSetup setup) {
        double range = 65535;
        Int16Table exponential = Int16Table.of(10 / range, 32767, 2 / range, Math::exp);
        Int16Table reciprocal = Int16Table.of(1 / range, -32768, 2 / range, x -> 1 / (1 + x));
        float scale = setup.input(0).quantization().scale();
        Multiplier multiplier = Multiplier.of(scale * op.beta() / (10.0 / 65535.0));
        return context -> {
            Tensor input = context.input(0);
            int depth = input.shape().dimension(-1);
            int end = input.elementCount();
            for (int row = 0; row < end; row += depth) {
                row(input.shorts(), context.output(0).shorts(), row, depth, multiplier, exponential, reciprocal);
            }
        };
    }

    private static void row(
            short[] x, short[] y, int row, int depth, Multiplier multiplier, Int16Table exp, Int16Table reciprocal) {
        int largest = Short.MIN_VALUE;
        for (int i = row; i < row + depth; i++) {
            largest = Math.max(largest, x[i]);
        }
        int sum = 0; // 15 fractional bits
        for (int i = row; i < row + depth; i++) {
            int difference = multiplier.apply(x[i] - largest) + 32767;
            y[i] = (short) exp.at(Rounding.clamp(difference, -32768, 32767));
            sum += y[i];
        }
        int headroom = Integer.numberOfLeadingZeros(sum);
        // The sum as 1.x with 16 bits behind the point; the table gives 1 / (1 + x).
        int normalized = (int) ((((long) sum << (headroom - 1)) + (1 << 13)) >> 14);
        int inverse = reciprocal.at(Rounding.clamp(normalized - (1 << 15) - (1 << 16), -32768, 32767));
        int shift = 31 - headroom;
        for (int i = row; i < row + depth; i++) {
            int value = (int) (((long) y[i] * inverse + (1 << (shift - 1))) >> shift);
            y[i] = (short) Rounding.clamp(value, 0, 32767);
        }
    }
}
