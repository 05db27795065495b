package dev.lithe.schema.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A string or vector of numbers, ready to be written: elements in the file's byte order, a string with its final zero.
/// Equal leaves are written once.
///
/// @param count the number of elements (of a string: of bytes without the zero)
/// @param alignment what the first element must be aligned to
record Leaf(int count, int alignment, byte[] elements) {

    /// The number of elements in 4 bytes, and the elements.
    byte[] counted() {
        return ByteBuffer.allocate(4 + elements.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(count)
                .put(elements)
                .array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Leaf that
                && count == that.count
                && alignment == that.alignment
                && Arrays.equals(elements, that.elements);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * count + alignment) + Arrays.hashCode(elements);
    }
}
