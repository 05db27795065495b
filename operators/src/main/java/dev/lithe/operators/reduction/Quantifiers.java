package dev.lithe.operators.reduction;

import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.StridedLoop;
import java.util.Arrays;

/// Whether any, or all, of some elements are true.
final class Quantifiers {
    private Quantifiers() {}

    /// @param all whether all have to be true, else one is enough
    static Kernel kernel(boolean keepDims, KernelSetup setup, boolean all) {
        return Reduction.kernel(keepDims, setup, (reduction, input, output) -> {
            byte[] x = input.bytes();
            byte[] y = output.bytes();
            Arrays.fill(y, 0, output.elementCount(), (byte) (all ? 1 : 0));
            StridedLoop loop = reduction.loop();
            int step = loop.step(1);
            loop.rows((at, count) -> {
                for (int i = 0, a = at[0], b = at[1]; i < count; i++, a++, b += step) {
                    if (x[a] != 0 != all) {
                        y[b] = (byte) (all ? 0 : 1);
                    }
                }
            });
        });
    }
}
