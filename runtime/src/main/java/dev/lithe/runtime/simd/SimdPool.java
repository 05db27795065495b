package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.pooling.PoolingWindow;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.runtime.internal.Workers;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// MAX_POOL_2D and AVERAGE_POOL_2D in float: a vector holds channels of one pixel.
final class SimdPool implements Kernel {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    private final Supplier<Windows> windows;

    /// @param largest whether the largest value is taken, the average otherwise
    SimdPool(PoolingWindow op, boolean largest, FloatBounds bounds, Workers workers) {
        this.windows = () -> new Windows(op, largest, bounds, workers);
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(windows).run(context);
    }

    private static final class Windows extends Parts {
        private final PoolingWindow op;
        private final boolean largest;
        private final float min;
        private final float max;
        private Window window = Window.NONE;
        private Taps[] taps = {};
        private float[] x = new float[0];
        private float[] y = x;

        Windows(PoolingWindow op, boolean largest, FloatBounds bounds, Workers workers) {
            super(workers);
            this.op = op;
            this.largest = largest;
            this.min = bounds.min();
            this.max = bounds.max();
        }

        void run(KernelContext context) {
            Shape input = context.input(0).shape();
            if (!window.isOver(input)) {
                window = new Window(
                        input,
                        op.filterHeight(),
                        op.filterWidth(),
                        op.padding(),
                        op.strideHeight(),
                        op.strideWidth(),
                        1,
                        1);
                taps = Taps.forThreads(threads(), window.taps());
            }
            x = context.input(0).floats();
            y = context.output(0).floats();
            int rows = window.images * window.outputHeight;
            start(rows, (long) rows * window.outputWidth * window.channels * window.taps());
        }

        @Override
        void range(int first, int end, int thread) {
            Taps mine = taps[thread];
            int channels = window.channels;
            int at = first * window.outputWidth * channels;
            for (int row = first; row < end; row++) {
                for (int ox = 0; ox < window.outputWidth; ox++, at += channels) {
                    locate(row, ox, mine);
                    if (largest) {
                        largest(mine, at);
                    } else {
                        average(mine, at);
                    }
                }
            }
        }

        private void locate(int row, int ox, Taps mine) {
            int left = window.left(ox);
            int firstX = window.firstTap(left);
            int endX = window.endTap(left);
            mine.clear();
            for (int fy = 0; fy < window.filterHeight; fy++) {
                int inputRow = window.inputRow(row, fy);
                for (int fx = firstX; inputRow >= 0 && fx < endX; fx++) {
                    mine.add((inputRow * window.inputWidth + left + fx) * window.channels, 0, 1);
                }
            }
        }

        private void largest(Taps mine, int at) {
            int channels = window.channels;
            int whole = SPECIES.loopBound(channels);
            for (int c = 0; c < whole; c += LANES) {
                FloatVector most = FloatVector.broadcast(SPECIES, -Float.MAX_VALUE);
                for (int tap = 0; tap < mine.runs; tap++) {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, mine.from[tap] + c);
                    most = most.blend(v, most.compare(VectorOperators.LT, v));
                }
                FloatVector low = most.blend(min, most.compare(VectorOperators.LT, min));
                low.blend(max, low.compare(VectorOperators.GT, max)).intoArray(y, at + c);
            }
            if (whole < channels) {
                VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
                FloatVector most = FloatVector.broadcast(SPECIES, -Float.MAX_VALUE);
                for (int tap = 0; tap < mine.runs; tap++) {
                    FloatVector v = FloatVector.fromArray(SPECIES, x, mine.from[tap] + whole, mask);
                    most = most.blend(v, most.compare(VectorOperators.LT, v));
                }
                FloatVector low = most.blend(min, most.compare(VectorOperators.LT, min));
                low.blend(max, low.compare(VectorOperators.GT, max)).intoArray(y, at + whole, mask);
            }
        }

        private void average(Taps mine, int at) {
            int channels = window.channels;
            int whole = SPECIES.loopBound(channels);
            float count = mine.runs;
            for (int c = 0; c < whole; c += LANES) {
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int tap = 0; tap < mine.runs; tap++) {
                    sum = sum.add(FloatVector.fromArray(SPECIES, x, mine.from[tap] + c));
                }
                FloatVector mean = sum.div(count);
                FloatVector low = mean.blend(min, mean.compare(VectorOperators.LT, min));
                low.blend(max, low.compare(VectorOperators.GT, max)).intoArray(y, at + c);
            }
            if (whole < channels) {
                VectorMask<Float> mask = SPECIES.indexInRange(whole, channels);
                FloatVector sum = FloatVector.zero(SPECIES);
                for (int tap = 0; tap < mine.runs; tap++) {
                    sum = sum.add(FloatVector.fromArray(SPECIES, x, mine.from[tap] + whole, mask));
                }
                FloatVector mean = sum.div(count);
                FloatVector low = mean.blend(min, mean.compare(VectorOperators.LT, min));
                low.blend(max, low.compare(VectorOperators.GT, max)).intoArray(y, at + whole, mask);
            }
        }
    }
}
