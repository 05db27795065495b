package dev.lithe.importers.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Reads little-endian numbers and varints from an array, never past `limit`.
///
/// Whatever does not fit throws [BrokenTableException], which the caller turns into an error that
/// names the file.
final class ByteReader {
    private final byte[] bytes;
    private final int limit;
    private int position;

    ByteReader(byte[] bytes, int from, int limit) {
        if (from < 0 || limit < from || limit > bytes.length) {
            throw new BrokenTableException("a part of it lies outside the file");
        }
        this.bytes = bytes;
        this.position = from;
        this.limit = limit;
    }

    int position() {
        return position;
    }

    boolean hasMore() {
        return position < limit;
    }

    /// An unsigned varint of at most 64 bits.
    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position >= limit) {
                throw new BrokenTableException("it ends within a number");
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new BrokenTableException("a number has more than 64 bits");
    }

    /// A varint that counts or addresses bytes and must not pass `bound`.
    int size(int bound) {
        long value = varint();
        if (value < 0 || value > bound) {
            throw new BrokenTableException(
                    "it speaks of " + Long.toUnsignedString(value) + " bytes where there are " + bound);
        }
        return (int) value;
    }

    int int32() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(skip(4));
    }

    long int64() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(skip(8));
    }

    /// Steps over `count` bytes and gives where they began.
    int skip(int count) {
        if (count < 0 || count > limit - position) {
            throw new BrokenTableException("it ends within an entry");
        }
        int from = position;
        position += count;
        return from;
    }
}
