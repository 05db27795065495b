package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.runtime.internal.Workers;
import java.util.Arrays;
import java.util.function.Supplier;

/// Operators that combine two float tensors element by element.
final class SimdBinary implements Kernel {
    private final Supplier<Elements> elements;

    SimdBinary(BinaryFunction function, FloatBounds bounds, Workers workers) {
        this.elements = () -> new Elements(function, bounds, workers);
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(elements).run(context);
    }

    private static final class Elements extends Parts {
        /// Elements that are combined at a time with a single one, which is spread first.
        private static final int SPREAD = 512;

        private final BinaryFunction function;
        private final FloatBounds bounds;
        private final float[] spread = new float[SPREAD];
        private BroadcastRows rows = new BroadcastRows(Shape.SCALAR, Shape.SCALAR, Shape.SCALAR);
        private float[] left = spread;
        private float[] right = spread;
        private float[] y = spread;

        Elements(BinaryFunction function, FloatBounds bounds, Workers workers) {
            super(workers);
            this.function = function;
            this.bounds = bounds;
        }

        void run(KernelContext context) {
            Shape a = context.input(0).shape();
            Shape b = context.input(1).shape();
            Shape output = context.output(0).shape();
            if (!rows.isOver(a, b, output)) {
                rows = new BroadcastRows(a, b, output);
            }
            left = context.input(0).floats();
            right = context.input(1).floats();
            y = context.output(0).floats();
            int count = context.output(0).elementCount();
            if (rows.isFlat() && rows.stepA == 1 && rows.stepB == 1) {
                start(count, count);
            } else if (count > 0) {
                runRows(count);
            }
        }

        @Override
        void range(int first, int end, int thread) {
            function.apply(left, first, right, first, y, first, end - first, bounds);
        }

        private void runRows(int count) {
            rows.begin();
            for (int at = 0; at < count; at += rows.length) {
                if (rows.stepA == 1 && rows.stepB == 1) {
                    function.apply(left, rows.a, right, rows.b, y, at, rows.length, bounds);
                } else {
                    runSpread(at);
                }
                rows.advance();
            }
        }

        /// A row where one element of an input meets all of the other's.
        private void runSpread(int at) {
            boolean spreadsLeft = rows.stepA == 0;
            boolean spreadsRight = rows.stepB == 0;
            float one = spreadsLeft ? left[rows.a] : right[rows.b];
            if (spreadsLeft && spreadsRight) {
                spread[1] = right[rows.b];
                spread[0] = one;
                function.apply(spread, 0, spread, 1, spread, 0, 1, bounds);
                Arrays.fill(y, at, at + rows.length, spread[0]);
                return;
            }
            Arrays.fill(spread, 0, Math.min(SPREAD, rows.length), one);
            for (int done = 0; done < rows.length; done += SPREAD) {
                int count = Math.min(SPREAD, rows.length - done);
                if (spreadsLeft) {
                    function.apply(spread, 0, right, rows.b + done, y, at + done, count, bounds);
                } else {
                    function.apply(left, rows.a + done, spread, 0, y, at + done, count, bounds);
                }
            }
        }
    }
}
