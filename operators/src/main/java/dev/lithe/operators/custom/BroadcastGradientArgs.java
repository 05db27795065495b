package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// BroadcastGradientArgs: for two shapes that broadcast, the dimensions of the result over which the gradient of
/// each is summed: those in which it has one element or which it lacks. None where the shapes are the same.
final class BroadcastGradientArgs implements CustomKernel {
    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        return List.of(Shape.of(Shape.UNKNOWN), Shape.of(Shape.UNKNOWN));
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        return BroadcastGradientArgs::run;
    }

    private static void run(KernelContext context) {
        int[] first = ShapeValues.of(context.input(0));
        int[] second = ShapeValues.of(context.input(1));
        int rank = Math.max(first.length, second.length);
        boolean same = Arrays.equals(first, second);
        List<Integer> firstSums = new ArrayList<>();
        List<Integer> secondSums = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            int a = size(first, rank, d);
            int b = size(second, rank, d);
            if (a != b && a != 1 && b != 1) {
                throw new IllegalArgumentException("dimensions of " + a + " and " + b + " elements do not broadcast");
            }
            if (a == 1 && !same) {
                firstSums.add(d);
            }
            if (b == 1 && !same) {
                secondSums.add(d);
            }
        }
        write(context, 0, firstSums);
        write(context, 1, secondSums);
    }

    private static int size(int[] shape, int rank, int dimension) {
        int index = dimension - (rank - shape.length);
        return index < 0 ? 1 : shape[index];
    }

    private static void write(KernelContext context, int output, List<Integer> dimensions) {
        Tensor y = context.resize(output, Shape.of(dimensions.size()));
        for (int i = 0; i < dimensions.size(); i++) {
            if (y.array() instanceof long[] longs) {
                longs[i] = dimensions.get(i);
            } else {
                y.ints()[i] = dimensions.get(i);
            }
        }
    }
}
