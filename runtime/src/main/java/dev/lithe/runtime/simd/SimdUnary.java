package dev.lithe.runtime.simd;

import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.runtime.internal.Workers;
import java.util.function.Supplier;

/// Operators that map each float by itself.
final class SimdUnary implements Kernel {
    private final Supplier<Elements> elements;

    SimdUnary(UnaryFunction function, Workers workers) {
        this.elements = () -> new Elements(function, workers);
    }

    @Override
    public void run(KernelContext context) {
        Elements mine = context.workspace(elements);
        mine.x = context.input(0).floats();
        mine.y = context.output(0).floats();
        int count = context.output(0).elementCount();
        mine.start(count, count);
    }

    private static final class Elements extends Parts {
        private final UnaryFunction function;
        private float[] x = new float[0];
        private float[] y = x;

        Elements(UnaryFunction function, Workers workers) {
            super(workers);
            this.function = function;
        }

        @Override
        void range(int first, int end, int thread) {
            function.apply(x, y, first, end);
        }
    }
}
