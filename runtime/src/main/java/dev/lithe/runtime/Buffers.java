package dev.lithe.runtime;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/// Buffers as memory.
final class Buffers {
    private Buffers() {}

    /// The memory between the buffer's position and its limit.
    ///
    /// @throws DatasetException where numbers put into the buffer lie there in another byte order than the
    ///     machine's
    static MemorySegment memory(Buffer buffer, TensorType type, Location location) {
        if (Tensor.unitBytes(type) > 1 && !order(buffer).equals(ByteOrder.nativeOrder())) {
            throw new DatasetException(
                    "LQ0532",
                    location,
                    "the buffer's byte order is " + order(buffer) + ", this machine's is " + ByteOrder.nativeOrder(),
                    "call order(ByteOrder.nativeOrder()) on the ByteBuffer before you fill it.");
        }
        return MemorySegment.ofBuffer(buffer);
    }

    private static ByteOrder order(Buffer buffer) {
        return switch (buffer) {
            case ByteBuffer b -> b.order();
            case CharBuffer b -> b.order();
            case ShortBuffer b -> b.order();
            case IntBuffer b -> b.order();
            case LongBuffer b -> b.order();
            case FloatBuffer b -> b.order();
            case DoubleBuffer b -> b.order();
        };
    }
}
