package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.dense.BatchMatmul;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.runtime.internal.Workers;
import java.util.function.Supplier;

/// BATCH_MATMUL in float whose left matrices are stored row by row. Each right matrix is packed as
/// constant weights are, in every run: that costs as much as one row of the product.
final class SimdBatchMatmul implements Kernel {
    private static final FloatBounds NONE = new FloatBounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

    /// The largest right matrix that is packed, in elements: a copy of more would cost too much memory.
    private static final long LARGEST = 1 << 24;

    private final Kernel reference;
    private final boolean transposed;
    private final Supplier<Matrices> matrices;

    SimdBatchMatmul(Kernel reference, BatchMatmul op, Workers workers) {
        this.reference = reference;
        this.transposed = op.adjY();
        this.matrices = () -> new Matrices(op, workers);
    }

    @Override
    public void run(KernelContext context) {
        Shape right = context.input(1).shape();
        long columns = PackedWeights.padded(Math.min(right.dimension(transposed ? -2 : -1), 1 << 24));
        if (columns * right.dimension(transposed ? -1 : -2) > LARGEST) {
            reference.run(context);
        } else {
            context.workspace(matrices).run(context);
        }
    }

    private static final class Matrices {
        private final boolean transposed;
        private final Workers workers;
        private Shape left = Shape.SCALAR;
        private Shape right = Shape.SCALAR;
        private int rows;
        private int depth;
        private int columns;
        private BroadcastRows pairs = new BroadcastRows(left, left, left);
        private int count;
        private PackedWeights packed = PackedWeights.ofRows(new float[0], 0, 0, null);
        private Rows product = new Rows(new FloatTiles(packed, NONE), Input.FLOATS, 0, 0, Workers.SINGLE);

        Matrices(BatchMatmul op, Workers workers) {
            this.transposed = op.adjY();
            this.workers = workers;
        }

        void run(KernelContext context) {
            Shape x = context.input(0).shape();
            Shape y = context.input(1).shape();
            if (!x.equals(left) || !y.equals(right)) {
                arrange(x, y);
            }
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] c = context.output(0).floats();
            int present = -1;
            pairs.begin();
            for (int i = 0; i < count; i += pairs.length, pairs.advance()) {
                for (int k = 0; k < pairs.length; k++) {
                    int matrix = pairs.b + k * pairs.stepB;
                    if (matrix != present) {
                        pack(b, matrix * depth * columns);
                        present = matrix;
                    }
                    int from = (pairs.a + k * pairs.stepA) * rows * depth;
                    product.run(a, from, c, (i + k) * rows * columns, rows);
                }
            }
        }

        private void arrange(Shape x, Shape y) {
            left = x;
            right = y;
            rows = x.dimension(-2);
            depth = x.dimension(-1);
            columns = y.dimension(transposed ? -2 : -1);
            Shape lefts = BatchMatmul.matrices(x);
            Shape rights = BatchMatmul.matrices(y);
            Shape all = Broadcasting.shape(lefts, rights);
            count = all.flatSize();
            pairs = new BroadcastRows(lefts, rights, all);
            packed = PackedWeights.ofRows(new float[columns * depth], columns, depth, null);
            product = new Rows(new FloatTiles(packed, NONE), Input.FLOATS, depth, columns, workers);
        }

        private void pack(float[] b, int from) {
            if (transposed) {
                packed.setRows(b, from);
            } else {
                packed.setColumns(b, from);
            }
        }
    }
}
