package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ElementCopy;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.util.List;

/// aeq.hadamard_rotation, which AI Edge Quantizer puts before layers that it quantizes: the Walsh-Hadamard transform of
/// each group of `hadamard_size` floats, a power of two, divided by its square root.
final class HadamardRotation implements CustomKernel {
    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        Shape x = context.input(0);
        int size = size(options);
        boolean fits = x.rank() == 2 || x.rank() == 3;
        if (!fits || x.dimension(-1) != Shape.UNKNOWN && x.dimension(-1) % size != 0) {
            throw new ShapeException(
                    "rotations of " + size + " features of " + x + ", which has two or three dimensions");
        }
        return List.of(x);
    }

    private static int size(Bytes bytes) {
        int size = CustomOptions.of(bytes).integer("hadamard_size");
        if (size < 1 || Integer.bitCount(size) != 1) {
            throw new IllegalArgumentException("a rotation of " + size + " features: it has to be a power of two");
        }
        return size;
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        if (setup.input(0).type() != TensorType.FLOAT32 || setup.output(0).type() != TensorType.FLOAT32) {
            throw new IllegalArgumentException(
                    "takes FLOAT32, not " + setup.input(0).type());
        }
        int size = size(options);
        return context -> run(context, size);
    }

    private static void run(KernelContext context, int size) {
        Tensor x = context.input(0);
        ElementCopy.all(x, context.output(0));
        float[] values = context.output(0).floats();
        float norm = (float) (1 / Math.sqrt(size));
        int count = x.elementCount();
        for (int half = 1; half < size; half *= 2) {
            for (int block = 0; block < count; block += 2 * half) {
                for (int i = block; i < block + half; i++) {
                    float a = values[i];
                    float b = values[i + half];
                    values[i] = a + b;
                    values[i + half] = a - b;
                }
            }
        }
        for (int i = 0; i < count; i++) {
            values[i] *= norm;
        }
    }
}
