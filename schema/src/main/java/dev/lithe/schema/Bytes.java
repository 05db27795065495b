package dev.lithe.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An immutable run of bytes: a slice of a mapped file or of an array, never copied, or the result of a computation
/// that is made when the bytes are needed.
///
/// A slice may stand at any address: read numbers from it with the unaligned layouts of [ValueLayout], little-endian.
public final class Bytes {

    /// No bytes.
    public static final Bytes EMPTY =
            new Bytes(MemorySegment.ofArray(new byte[0]).asReadOnly());

    private final MemorySegment segment;
    private final @Nullable Lazy lazy;

    private record Lazy(long byteSize, Supplier<MemorySegment> content) {}

    private Bytes(MemorySegment segment) {
        this.segment = segment;
        this.lazy = null;
    }

    private Bytes(Lazy lazy) {
        this.segment = MemorySegment.NULL;
        this.lazy = lazy;
    }

    /// These bytes; the array is copied.
    public static Bytes of(byte[] bytes) {
        return of(MemorySegment.ofArray(bytes.clone()));
    }

    /// The bytes of this segment, not copied: whoever holds a writable view of it must not write any more.
    public static Bytes of(MemorySegment segment) {
        return segment.byteSize() == 0 ? EMPTY : new Bytes(segment.asReadOnly());
    }

    /// Bytes that are computed anew on each call of [#segment()] and never held, for constants that are written one
    /// after the other in memory for a single one. They are equal to nothing but themselves: comparing
    /// models computes nothing.
    ///
    /// @param content gives `byteSize` bytes, the same ones each time
    public static Bytes lazy(long byteSize, Supplier<MemorySegment> content) {
        return new Bytes(new Lazy(byteSize, content));
    }

    public long byteSize() {
        return lazy == null ? segment.byteSize() : lazy.byteSize();
    }

    public boolean isEmpty() {
        return byteSize() == 0;
    }

    /// A read-only view. Reading from it throws an `InternalError` where the mapped file behind it has become shorter.
    ///
    /// @throws IllegalStateException where a computation gives another number of bytes than was promised
    public MemorySegment segment() {
        if (lazy == null) {
            return segment;
        }
        MemorySegment content = lazy.content().get().asReadOnly();
        if (content.byteSize() != lazy.byteSize()) {
            throw new IllegalStateException(
                    "computed " + content.byteSize() + " bytes where " + lazy.byteSize() + " were promised");
        }
        return content;
    }

    /// @throws IndexOutOfBoundsException where the slice does not lie within these bytes
    public Bytes slice(long offset, long size) {
        return of(segment().asSlice(offset, size));
    }

    /// A fresh array of the bytes.
    ///
    /// @throws IllegalStateException at 2 GB and above
    /// @throws SchemaException where the mapped file behind the bytes has become shorter
    public byte[] toArray() {
        try {
            return segment().toArray(ValueLayout.JAVA_BYTE);
        } catch (InternalError e) {
            throw new SchemaException(SchemaError.CHANGED, -1, "a mapped file could not be read", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof Bytes that
                && lazy == null
                && that.lazy == null
                && segment.byteSize() == that.segment.byteSize()
                && segment.mismatch(that.segment) == -1;
    }

    /// Over the size, the first and the last kilobyte: a hash must not page a whole model in.
    @Override
    public int hashCode() {
        if (lazy != null) {
            return System.identityHashCode(lazy);
        }
        long size = segment.byteSize();
        long edge = Math.min(size, 1024);
        int hash = Long.hashCode(size);
        for (long i = 0; i < edge; i++) {
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, i);
            hash = 31 * hash + segment.get(ValueLayout.JAVA_BYTE, size - 1 - i);
        }
        return hash;
    }

    /// The bytes in hexadecimal where they are few and at hand, otherwise how many there are.
    @Override
    public String toString() {
        return lazy == null && byteSize() <= 16 ? "0x" + HexFormat.of().formatHex(toArray()) : byteSize() + " bytes";
    }
}
