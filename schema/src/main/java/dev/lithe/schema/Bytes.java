package dev.lithe.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An immutable run of bytes: a slice of a mapped file or of an array, never copied.
///
/// A slice may stand at any address: read numbers from it with the unaligned layouts of [ValueLayout], little-endian.
public final class Bytes {

    /// No bytes.
    public static final Bytes EMPTY =
            new Bytes(MemorySegment.ofArray(new byte[0]).asReadOnly());

    private final MemorySegment segment;

    private Bytes(MemorySegment segment) {
        this.segment = segment;
    }

    /// These bytes; the array is copied.
    public static Bytes of(byte[] bytes) {
        return of(MemorySegment.ofArray(bytes.clone()));
    }

    /// The bytes of this segment, not copied: whoever holds a writable view of it must not write any more.
    public static Bytes of(MemorySegment segment) {
        return segment.byteSize() == 0 ? EMPTY : new Bytes(segment.asReadOnly());
    }

    public long byteSize() {
        return segment.byteSize();
    }

    public boolean isEmpty() {
        return segment.byteSize() == 0;
    }

    /// A read-only view.
    public MemorySegment segment() {
        return segment;
    }

    /// @throws IndexOutOfBoundsException where the slice does not lie within these bytes
    public Bytes slice(long offset, long size) {
        return of(segment.asSlice(offset, size));
    }

    /// A fresh array of the bytes.
    ///
    /// @throws IllegalStateException at 2 GB and above
    public byte[] toArray() {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && segment.byteSize() == that.segment.byteSize()
                && segment.mismatch(that.segment) == -1;
    }

    /// Over the size, the first and the last kilobyte: a hash must not page a whole model in.
    @Override
    public int hashCode() {
        long size = segment.byteSize();
        long edge = Math.min(size, 1024);
        int hash = Long.hashCode(size);
        for (long i = 0; i < edge; i++) {
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, i);
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, size - 1 - i);
        }
        return hash;
    }

    @Override
    public String toString() {
        return segment.byteSize() + " bytes";
    }
}
