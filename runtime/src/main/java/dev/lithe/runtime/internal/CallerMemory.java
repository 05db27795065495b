package dev.lithe.runtime.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Memory of the caller's that holds a tensor's elements, in the machine's byte order.
///
/// @param location the tensor, for errors
public record CallerMemory(MemorySegment memory, Location location) {
    /// Checks that the memory can hold exactly the tensor.
    ///
    /// @param written whether a run writes it
    /// @throws DatasetException where its size (LQ0527) or its alignment (LQ0528) is another, or it may
    ///     not be written or has been given back (LQ0529)
    public void check(TensorSpec spec, Shape shape, boolean written) {
        long size = size(spec.type(), shape);
        if (memory.byteSize() != size) {
            throw new DatasetException(
                    "LQ0527",
                    location,
                    spec.type() + shape.toString() + " takes " + size + " bytes, the memory has " + memory.byteSize(),
                    "give exactly the tensor's bytes: a slice of larger memory, or resize the input first.");
        }
        int unit = Tensor.unitBytes(spec.type());
        if (memory.maxByteAlignment() < unit) {
            throw new DatasetException(
                    "LQ0528",
                    location,
                    "the memory is aligned to " + memory.maxByteAlignment() + " bytes, elements of " + spec.type()
                            + " need " + unit,
                    "allocate it with that alignment; an array must be one of the element's type, not byte[].");
        }
        requireUsable(written);
    }

    private long size(TensorType type, Shape shape) {
        if (type == TensorType.STRING || type == TensorType.RESOURCE || type == TensorType.VARIANT) {
            throw new DatasetException(
                    "LQ0527", location, type + " has no fixed size in memory", "give or take a tensor instead.");
        }
        return Sizes.bytes(type, Sizes.units(type, shape, location));
    }

    private void requireUsable(boolean written) {
        if (written && memory.isReadOnly()) {
            throw new DatasetException(
                    "LQ0529", location, "the memory is read-only", "give memory that may be written.");
        }
        if (!memory.scope().isAlive() || !memory.isAccessibleBy(Thread.currentThread())) {
            throw new DatasetException(
                    "LQ0529",
                    location,
                    "the memory has been given back, or belongs to another thread",
                    "keep its arena open while a run may use it, and use a shared one for several threads.");
        }
    }

    /// The tensor that lies in the memory, or null where kernels cannot work on it: they take Java arrays
    /// from the first element on. Native memory, parts of arrays and read-only memory are moved in one
    /// piece instead.
    @Nullable
    Tensor inPlace(TensorSpec spec, Shape shape) {
        Object array = memory.heapBase().orElse(null);
        return array != null && Tensor.arrayKind(spec.type()).isInstance(array) && memory.address() == 0
                ? Tensor.wrap(spec.type(), shape, spec.quantization(), array)
                : null;
    }

    /// Moves all elements into the tensor.
    void read(Tensor tensor) {
        requireUsable(false);
        MemorySegment.copy(memory, layout(tensor), 0, tensor.array(), 0, units(tensor));
    }

    /// Moves all elements out of the tensor.
    void write(Tensor tensor) {
        requireUsable(true);
        MemorySegment.copy(tensor.array(), 0, memory, layout(tensor), 0, units(tensor));
    }

    private static int units(Tensor tensor) {
        return tensor.elementCount() * Tensor.unitsPerElement(tensor.type());
    }

    private static ValueLayout layout(Tensor tensor) {
        return switch (tensor.array()) {
            case float[] ignored -> ValueLayout.JAVA_FLOAT;
            case double[] ignored -> ValueLayout.JAVA_DOUBLE;
            case short[] ignored -> ValueLayout.JAVA_SHORT;
            case int[] ignored -> ValueLayout.JAVA_INT;
            case long[] ignored -> ValueLayout.JAVA_LONG;
            default -> ValueLayout.JAVA_BYTE;
        };
    }
}
