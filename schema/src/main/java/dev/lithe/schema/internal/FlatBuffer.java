package dev.lithe.schema.internal;

import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The bytes of a FlatBuffer. Nothing is read before its place has been checked, so no input can do worse than
/// raise a [SchemaException].
///
/// What has been read is remembered by its position: parts that several tables share are read once, so memory grows
/// with the file and not with the number of references into it. A budget of bytes to materialise stops files whose
/// parts overlap. Nesting needs no limit, since no table of the schema contains itself (the generator checks that).
public final class FlatBuffer {

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Offsets are unsigned 32-bit numbers, of which the format uses the positive half.
    static final long MAX_OFFSET = Integer.MAX_VALUE;

    /// What a file may materialise beyond twice its own size: enough for small files with an unusual layout.
    private static final long SLACK = 64 * 1024;

    private final MemorySegment bytes;
    private final Map<Long, Object> known = new HashMap<>();
    private long budget;
    private long end;

    public FlatBuffer(MemorySegment bytes) {
        this.bytes = bytes;
        this.budget = 2 * bytes.byteSize() + SLACK;
    }

    /// The table at the beginning, after a check of the file identifier.
    public TableView root(String identifier) {
        if (bytes.byteSize() < 8) {
            throw new SchemaException(
                    SchemaError.NOT_A_MODEL,
                    -1,
                    "the file has %d bytes, a model at least 8".formatted(bytes.byteSize()));
        }
        for (int i = 0; i < identifier.length(); i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, 4 + i) != identifier.charAt(i)) {
                throw new SchemaException(
                        SchemaError.NOT_A_MODEL, 4, "the identifier %s is missing".formatted(identifier));
            }
        }
        return new TableView(this, follow(0, "root"));
    }

    /// The first byte after all that has been read so far.
    public long end() {
        return end;
    }

    MemorySegment bytes() {
        return bytes;
    }

    /// Makes sure that these bytes exist.
    void check(long position, long length, String what) {
        if (position < 0 || length < 0 || length > bytes.byteSize() - position) {
            throw new SchemaException(
                    SchemaError.OUT_OF_BOUNDS,
                    position,
                    "%s needs %d bytes, the file has %d".formatted(what, length, bytes.byteSize()));
        }
        end = Math.max(end, position + length);
    }

    /// Whether these bytes exist and begin at a multiple of their number, a power of two.
    boolean holds(long position, int length) {
        boolean holds = (position & (length - 1)) == 0 && position >= 0 && length <= bytes.byteSize() - position;
        if (holds) {
            end = Math.max(end, position + length);
        }
        return holds;
    }

    /// Makes sure that these bytes exist and begin at a multiple of `alignment` (a power of two).
    void check(long position, long length, int alignment, String what) {
        if ((position & (alignment - 1)) != 0) {
            throw new SchemaException(
                    SchemaError.MISALIGNED, position, "%s must be aligned to %d bytes".formatted(what, alignment));
        }
        check(position, length, what);
    }

    /// The position that the offset at `position` leads to.
    long follow(long position, String what) {
        check(position, 4, 4, what);
        long offset = Integer.toUnsignedLong(bytes.get(INT, position));
        if (offset == 0 || offset > MAX_OFFSET) {
            throw new SchemaException(
                    SchemaError.OUT_OF_BOUNDS, position, "%s has the offset %d".formatted(what, offset));
        }
        return position + offset;
    }

    /// The number of elements of the vector at `position`, all of which lie within the file.
    long count(long position, int elementBytes, String what) {
        check(position, 4, 4, what);
        long count = Integer.toUnsignedLong(bytes.get(INT, position));
        if (count * elementBytes > MAX_OFFSET) {
            throw new SchemaException(SchemaError.OUT_OF_BOUNDS, position, "%s has %d elements".formatted(what, count));
        }
        check(position + 4, count * elementBytes, what);
        return count;
    }

    /// Accounts for bytes that are about to be turned into objects.
    void charge(long position, long amount, String what) {
        budget -= amount;
        if (budget < 0) {
            throw new SchemaException(
                    SchemaError.OVERLAPPING,
                    position,
                    "up to %s, parts of the file have been referred to as if it were twice as large".formatted(what));
        }
    }

    @Nullable
    Object known(long position) {
        return known.get(position);
    }

    <T> T remember(long position, T value) {
        known.put(position, value);
        return value;
    }
}
