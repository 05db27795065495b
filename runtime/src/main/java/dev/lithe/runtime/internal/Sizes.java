package dev.lithe.runtime.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.TensorType;

/// Sizes of tensors in memory, computed before anything is allocated and without overflow.
final class Sizes {
    /// The longest array that virtual machines allocate.
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8L;

    private Sizes() {}

    /// How many array elements a tensor takes.
    ///
    /// @throws UnsupportedException where no Java array is long enough
    static int units(TensorType type, Shape shape, Location location) {
        long units;
        try {
            units = Math.multiplyExact(shape.elementCount(), (long) Tensor.unitsPerElement(type));
        } catch (ArithmeticException e) {
            units = Long.MAX_VALUE;
        }
        if (units > LONGEST_ARRAY) {
            throw new UnsupportedException(
                    "LQ0330",
                    location,
                    "shape " + shape + " has more elements than a Java array can hold",
                    "check the shape; a tensor may have at most 2^31 - 9 elements.");
        }
        return (int) units;
    }

    static long bytes(TensorType type, int units) {
        return (long) units * (type == TensorType.STRING ? Long.BYTES : Tensor.unitBytes(type));
    }

    /// @throws UnsupportedException where `bytes` are more than allowed
    static void requireWithin(long bytes, long limit, Location location) {
        if (bytes > limit) {
            throw new UnsupportedException(
                    "LQ0331",
                    location,
                    "running the model needs " + bytes + " bytes, the limit is " + limit,
                    "give the virtual machine more memory (-Xmx), or plan with a higher memoryLimit or smaller inputs.");
        }
    }
}
