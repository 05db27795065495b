package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.runtime.internal.Workers;
import java.util.function.Supplier;

/// TRANSPOSE of floats and bytes in blocks that stay in the nearest cache.
final class SimdTranspose implements Kernel {
    private final Supplier<Blocks> blocks;

    SimdTranspose(Tensor permutation, Workers workers) {
        this.blocks = () -> new Blocks(ShapeValues.of(permutation), workers);
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(blocks).run(context);
    }

    private static final class Blocks extends Parts {
        /// The edge of a block, in elements.
        private static final int EDGE = 16;

        private final int[] requested;
        private Shape shape = Shape.of(0, 0);
        private Permutation permutation = new Permutation(shape, new int[] {1, 0});
        private Object x = new float[0];
        private Object y = x;

        Blocks(int[] requested, Workers workers) {
            super(workers);
            this.requested = requested;
        }

        void run(KernelContext context) {
            Shape present = context.input(0).shape();
            if (!present.equals(shape) || permutation.rank() != present.rank()) {
                shape = present;
                permutation = new Permutation(present, requested);
            }
            x = context.input(0).array();
            y = context.output(0).array();
            start(permutation.outer, context.input(0).elementCount());
        }

        /// A unit is one position of all dimensions but the two that are turned.
        @Override
        void range(int first, int end, int thread) {
            for (int unit = first; unit < end; unit++) {
                int from = permutation.from(unit);
                int to = permutation.to(unit);
                if (permutation.copies()) {
                    System.arraycopy(x, from, y, to, permutation.columns);
                } else if (x instanceof float[] a) {
                    turn(a, from, (float[]) y, to);
                } else {
                    turn((byte[]) x, from, (byte[]) y, to);
                }
            }
        }

        private void turn(float[] a, int from, float[] b, int to) {
            int stride = permutation.columnStride;
            int pitch = permutation.rowStride;
            for (int top = 0; top < permutation.rows; top += EDGE) {
                int bottom = Math.min(top + EDGE, permutation.rows);
                for (int left = 0; left < permutation.columns; left += EDGE) {
                    int right = Math.min(left + EDGE, permutation.columns);
                    for (int row = top; row < bottom; row++) {
                        int i = from + row + left * stride;
                        int end = to + row * pitch + right;
                        for (int k = to + row * pitch + left; k < end; k++, i += stride) {
                            b[k] = a[i];
                        }
                    }
                }
            }
        }

        private void turn(byte[] a, int from, byte[] b, int to) {
            int stride = permutation.columnStride;
            int pitch = permutation.rowStride;
            for (int top = 0; top < permutation.rows; top += EDGE) {
                int bottom = Math.min(top + EDGE, permutation.rows);
                for (int left = 0; left < permutation.columns; left += EDGE) {
                    int right = Math.min(left + EDGE, permutation.columns);
                    for (int row = top; row < bottom; row++) {
                        int i = from + row + left * stride;
                        int end = to + row * pitch + right;
                        for (int k = to + row * pitch + left; k < end; k++, i += stride) {
                            b[k] = a[i];
                        }
                    }
                }
            }
        }
    }
}
