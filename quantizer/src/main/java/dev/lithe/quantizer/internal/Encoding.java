package dev.lithe.quantizer.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Java arrays as the little-endian bytes of a constant.
final class Encoding {
    private Encoding() {}

    static byte[] of(short[] values) {
        ByteBuffer buffer = buffer(values.length, Short.BYTES);
        buffer.asShortBuffer().put(values);
        return buffer.array();
    }

    static byte[] of(int[] values) {
        ByteBuffer buffer = buffer(values.length, Integer.BYTES);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    static byte[] of(long[] values) {
        ByteBuffer buffer = buffer(values.length, Long.BYTES);
        buffer.asLongBuffer().put(values);
        return buffer.array();
    }

    private static ByteBuffer buffer(int count, int bytes) {
        return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
