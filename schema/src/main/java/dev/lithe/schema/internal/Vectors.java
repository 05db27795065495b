package dev.lithe.schema.internal;

import dev.lithe.schema.Bytes;
import dev.lithe.schema.Floats;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Longs;
import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a table that refer to strings, vectors and other tables. Absent ones are empty or null.
final class Vectors {

    private Vectors() {}

    static String string(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return "";
        }
        FlatBuffer in = table.in();
        if (in.known(at) instanceof String known) {
            return known;
        }
        String path = table.path(field);
        long length = in.count(at, 1, path);
        in.check(at + 4, length + 1, path);
        in.charge(at, length, path);
        if (in.bytes().get(ValueLayout.JAVA_BYTE, at + 4 + length) != 0) {
            throw new SchemaException(SchemaError.STRING, at, path + " does not end with a zero");
        }
        try {
            byte[] utf8 = in.bytes().asSlice(at + 4, length).toArray(ValueLayout.JAVA_BYTE);
            CharBuffer characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return in.remember(at, characters.toString());
        } catch (CharacterCodingException e) {
            throw new SchemaException(SchemaError.STRING, at, path + " is not UTF-8", e);
        }
    }

    static Ints ints(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return Ints.EMPTY;
        }
        if (table.in().known(at) instanceof Ints known) {
            return known;
        }
        int[] values = elements(table, at, 4, field).toArray(FlatBuffer.INT);
        return table.in().remember(at, Ints.of(values));
    }

    static Ints ushorts(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return Ints.EMPTY;
        }
        if (table.in().known(at) instanceof Ints known) {
            return known;
        }
        short[] values = elements(table, at, 2, field).toArray(FlatBuffer.SHORT);
        int[] unsigned = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            unsigned[i] = Short.toUnsignedInt(values[i]);
        }
        return table.in().remember(at, Ints.of(unsigned));
    }

    static Longs longs(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return Longs.EMPTY;
        }
        if (table.in().known(at) instanceof Longs known) {
            return known;
        }
        long[] values = elements(table, at, 8, field).toArray(FlatBuffer.LONG);
        return table.in().remember(at, Longs.of(values));
    }

    static Floats floats(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return Floats.EMPTY;
        }
        if (table.in().known(at) instanceof Floats known) {
            return known;
        }
        float[] values = elements(table, at, 4, field).toArray(FlatBuffer.FLOAT);
        return table.in().remember(at, Floats.of(values));
    }

    static List<Boolean> bools(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return List.of();
        }
        byte[] values = elements(table, at, 1, field).toArray(ValueLayout.JAVA_BYTE);
        List<Boolean> bools = new ArrayList<>(values.length);
        for (byte value : values) {
            bools.add(value != 0);
        }
        return bools;
    }

    /// The codes of a vector of enumeration constants, each of which takes 4 bytes.
    static int[] codes(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        return at < 0 ? new int[0] : elements(table, at, 4, field).toArray(FlatBuffer.INT);
    }

    static Bytes bytes(TableView table, int slot, String field) {
        return orEmpty(optionalBytes(table, slot, field));
    }

    static Bytes orEmpty(@Nullable Bytes bytes) {
        return bytes == null ? Bytes.EMPTY : bytes;
    }

    static @Nullable Bytes optionalBytes(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return null;
        }
        long size = table.in().count(at, 1, table.path(field));
        return Bytes.of(table.in().bytes().asSlice(at + 4, size));
    }

    /// Bytes that lie where two other fields say when they are not in the FlatBuffer. The offset counts from the
    /// beginning of the file; 0 and 1 mean that there is none.
    static @Nullable Bytes locatedBytes(TableView table, int slot, int offsetSlot, int sizeSlot, String field) {
        Bytes inside = optionalBytes(table, slot, field);
        long offset = table.uint64(offsetSlot, field + " (offset)", 0);
        long size = table.uint64(sizeSlot, field + " (size)", 0);
        if (inside != null || offset <= 1) {
            return inside;
        }
        table.in().check(offset, size, table.path(field));
        return Bytes.of(table.in().bytes().asSlice(offset, size));
    }

    static @Nullable TableView table(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        return at < 0 ? null : new TableView(table.in(), at);
    }

    /// The tables of a vector, not yet read.
    static List<TableView> tables(TableView table, int slot, String field) {
        long at = table.target(slot, field);
        if (at < 0) {
            return List.of();
        }
        String path = table.path(field);
        long count = table.in().count(at, 4, path);
        table.in().charge(at, 4 * count, path);
        List<TableView> views = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            views.add(new TableView(table.in(), table.in().follow(at + 4 + 4 * i, path)));
        }
        return views;
    }

    private static MemorySegment elements(TableView table, long at, int elementBytes, String field) {
        String path = table.path(field);
        long bytes = table.in().count(at, elementBytes, path) * elementBytes;
        table.in().charge(at, bytes, path);
        return table.in().bytes().asSlice(at + 4, bytes);
    }
}
