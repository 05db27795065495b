package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.Bytes;
import java.util.List;

/// Roll: shifts elements along dimensions (inputs 1 and 2 name shifts and dimensions); what falls out comes in on the
/// other side. Shifts of one dimension add up.
final class Roll implements CustomKernel {
    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        return List.of(context.input(0));
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        return Roll::run;
    }

    private static void run(KernelContext context) {
        Tensor x = context.input(0);
        int[] amounts = ShapeValues.of(context.input(1));
        int[] axes = ShapeValues.of(context.input(2));
        if (amounts.length != axes.length) {
            throw new IllegalArgumentException(amounts.length + " shifts for " + axes.length + " dimensions");
        }
        int[] sizes = x.shape().toArray();
        if (x.elementCount() == 0) {
            return;
        }
        long[] shifts = new long[sizes.length];
        for (int i = 0; i < axes.length; i++) {
            int axis = ShapeValues.axis(axes[i], sizes.length);
            shifts[axis] = Math.floorMod(shifts[axis] + amounts[i], (long) sizes[axis]);
        }
        move(x, context.output(0), sizes, ElementCopy.strides(x.shape()), shifts);
    }

    private static void move(Tensor x, Tensor y, int[] sizes, int[] strides, long[] shifts) {
        for (int from = 0; from < x.elementCount(); from++) {
            int to = 0;
            int rest = from;
            for (int d = 0; d < sizes.length; d++) {
                int position = rest / strides[d];
                rest -= position * strides[d];
                to += (int) ((position + shifts[d]) % sizes[d]) * strides[d];
            }
            ElementCopy.run(x, from, y, to, 1);
        }
    }
}
