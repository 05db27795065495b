package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.runtime.internal.Workers;
import java.util.Arrays;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// SUM and MEAN of floats over dimensions that are neighbours. Each output is summed in the order of the
/// input; outputs are summed side by side.
final class SimdSums implements Kernel {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    private final Kernel reference;
    private final Supplier<Sums> sums;

    /// @param reference for dimensions that are no neighbours
    /// @param divides whether the sums are divided by the number of elements
    SimdSums(Kernel reference, Tensor axes, boolean divides, Workers workers) {
        this.reference = reference;
        this.sums = () -> new Sums(ShapeValues.of(axes), divides, workers);
    }

    @Override
    public void run(KernelContext context) {
        if (!context.workspace(sums).run(context)) {
            reference.run(context);
        }
    }

    private static final class Sums extends Parts {
        private final int[] axes;
        private final boolean divides;
        private Shape shape = Shape.SCALAR;
        private boolean neighbours;
        private int outer;
        private int folded;
        private int inner;
        private float[] x = new float[0];
        private float[] y = x;

        Sums(int[] axes, boolean divides, Workers workers) {
            super(workers);
            this.axes = axes;
            this.divides = divides;
        }

        /// Whether the dimensions are neighbours and the sums done.
        boolean run(KernelContext context) {
            Shape present = context.input(0).shape();
            if (!present.equals(shape)) {
                shape = present;
                neighbours = arrange();
            }
            if (!neighbours) {
                return false;
            }
            x = context.input(0).floats();
            y = context.output(0).floats();
            start(outer, (long) outer * folded * inner);
            return true;
        }

        /// Splits the shape into what lies before, in and behind the dimensions that are summed up.
        private boolean arrange() {
            boolean[] fold = new boolean[shape.rank()];
            for (int axis : axes) {
                fold[ShapeValues.axis(axis, shape.rank())] = true;
            }
            int first = 0;
            while (first < fold.length && !fold[first]) {
                first++;
            }
            int behind = first;
            while (behind < fold.length && fold[behind]) {
                behind++;
            }
            for (int d = behind; d < fold.length; d++) {
                if (fold[d]) {
                    return false;
                }
            }
            outer = shape.flatSize(0, first);
            folded = shape.flatSize(first, behind);
            inner = shape.flatSize(behind, shape.rank());
            return first < fold.length && folded > 0;
        }

        @Override
        void range(int first, int end, int thread) {
            if (inner == 1) {
                rows(first, end);
            } else {
                for (int o = first; o < end; o++) {
                    columns(o);
                }
            }
            if (divides) {
                int behind = end * inner;
                int i = first * inner;
                for (; i + LANES <= behind; i += LANES) {
                    FloatVector.fromArray(SPECIES, y, i).div((float) folded).intoArray(y, i);
                }
                for (; i < behind; i++) {
                    y[i] /= folded;
                }
            }
        }

        /// What lies behind is summed vector by vector.
        private void columns(int o) {
            int from = o * folded * inner;
            int at = o * inner;
            int whole = SPECIES.loopBound(inner);
            for (int c = 0; c < whole; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int k = 0, i = from + c; k < folded; k++, i += inner) {
                    sum = sum.add(FloatVector.fromArray(SPECIES, x, i));
                }
                sum.intoArray(y, at + c);
            }
            Arrays.fill(y, at + whole, at + inner, 0);
            for (int k = 0; k < folded; k++) {
                for (int c = whole; c < inner; c++) {
                    y[at + c] += x[from + k * inner + c];
                }
            }
        }

        /// The last dimensions are summed up: eight outputs at a time, because an addition waits for the
        /// one before.
        private void rows(int first, int end) {
            int o = first;
            for (; o + 8 <= end; o += 8) {
                eight(o);
            }
            for (; o < end; o++) {
                float sum = 0;
                for (int i = o * folded, behind = i + folded; i < behind; i++) {
                    sum += x[i];
                }
                y[o] = sum;
            }
        }

        private void eight(int o) {
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            float e = 0;
            float f = 0;
            float g = 0;
            float h = 0;
            int from = o * folded;
            for (int i = from; i < from + folded; i++) {
                a += x[i];
                b += x[i + folded];
                c += x[i + 2 * folded];
                d += x[i + 3 * folded];
                e += x[i + 4 * folded];
                f += x[i + 5 * folded];
                g += x[i + 6 * folded];
                h += x[i + 7 * folded];
            }
            y[o] = a;
            y[o + 1] = b;
            y[o + 2] = c;
            y[o + 3] = d;
            y[o + 4] = e;
            y[o + 5] = f;
            y[o + 6] = g;
            y[o + 7] = h;
        }
    }
}
