package dev.lithe.operators.math;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.schema.TensorType;

/// The guard of operators that have no answer for numbers below 0.
final class NotNegative {
    private NotNegative() {}

    /// `kernel`, run once the INT8 or INT16 input 0 has been seen to hold nothing below its zero point.
    static Kernel checked(String operator, KernelSetup setup, Kernel kernel) {
        int zeroPoint = setup.input(0).quantization().zeroPoint();
        return context -> {
            Tensor x = context.input(0);
            int n = x.elementCount();
            int min = x.type() == TensorType.INT16 ? min(x.shorts(), n) : min(x.bytes(), n);
            if (min < zeroPoint) {
                throw new IllegalArgumentException(operator + " of a negative number: input '"
                        + setup.input(0).name() + "' holds " + min + ", its zero point is " + zeroPoint);
            }
            kernel.run(context);
        };
    }

    private static int min(short[] values, int n) {
        int min = Short.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, values[i]);
        }
        return min;
    }

    private static int min(byte[] values, int n) {
        int min = Byte.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            min = Math.min(min, values[i]);
        }
        return min;
    }
}
