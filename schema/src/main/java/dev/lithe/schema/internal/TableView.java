package dev.lithe.schema.internal;

import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// One table of a FlatBuffer: finds its fields and reads those that are numbers.
///
/// A field that is absent has the given default. `field` is its name, for messages.
public final class TableView {

    private final FlatBuffer in;
    private final long position;
    private final long vtable;
    private final int slots;
    private String table = "table";

    TableView(FlatBuffer in, long position) {
        this.in = in;
        this.position = position;
        in.check(position, 4, 4, table);
        vtable = position - in.bytes().get(FlatBuffer.INT, position);
        in.check(vtable, 4, 2, "vtable");
        int size = Short.toUnsignedInt(in.bytes().get(FlatBuffer.SHORT, vtable));
        if (size < 4 || (size & 1) != 0) {
            throw new SchemaException(SchemaError.OUT_OF_BOUNDS, vtable, "a vtable of %d bytes".formatted(size));
        }
        in.check(vtable, size, "vtable");
        slots = (size - 4) / 2;
    }

    /// The record that this table has become already, or null.
    @Nullable
    Object known() {
        return in.known(position);
    }

    <T> T remember(T record) {
        return in.remember(position, record);
    }

    /// Names the table and makes sure that it has no fields besides those that are known.
    ///
    /// @throws SchemaException for a later version of the format, whose fields would be lost
    TableView as(String name, int knownSlots) {
        table = name;
        in.charge(position, 8, name);
        for (int slot = knownSlots; slot < slots; slot++) {
            if (offset(slot) != 0) {
                throw new SchemaException(
                        SchemaError.NEWER_FORMAT, position, "%s has an unknown field in slot %d".formatted(name, slot));
            }
        }
        return this;
    }

    int int8(int slot, String field, int absent) {
        long at = find(slot, 1, field);
        return at < 0 ? absent : in.bytes().get(ValueLayout.JAVA_BYTE, at);
    }

    int int32(int slot, String field, int absent) {
        long at = find(slot, 4, field);
        return at < 0 ? absent : in.bytes().get(FlatBuffer.INT, at);
    }

    long uint32(int slot, String field, long absent) {
        long at = find(slot, 4, field);
        return at < 0 ? absent : Integer.toUnsignedLong(in.bytes().get(FlatBuffer.INT, at));
    }

    /// An unsigned number that the format keeps below 2^31.
    int index(int slot, String field, int absent) {
        int value = int32(slot, field, absent);
        if (value < 0) {
            throw new SchemaException(
                    SchemaError.VALUE, position, "%s is %d".formatted(path(field), Integer.toUnsignedLong(value)));
        }
        return value;
    }

    long int64(int slot, String field, long absent) {
        long at = find(slot, 8, field);
        return at < 0 ? absent : in.bytes().get(FlatBuffer.LONG, at);
    }

    /// An unsigned number, of which values from 2^63 on are refused.
    long uint64(int slot, String field, long absent) {
        long value = int64(slot, field, absent);
        if (value < 0) {
            throw new SchemaException(
                    SchemaError.VALUE, position, "%s is %s".formatted(path(field), Long.toUnsignedString(value)));
        }
        return value;
    }

    float float32(int slot, String field, float absent) {
        long at = find(slot, 4, field);
        return at < 0 ? absent : in.bytes().get(FlatBuffer.FLOAT, at);
    }

    boolean bool(int slot, String field, boolean absent) {
        long at = find(slot, 1, field);
        return at < 0 ? absent : in.bytes().get(ValueLayout.JAVA_BYTE, at) != 0;
    }

    /// The code of an enumeration's constant that takes `width` bytes and has `constants` constants from 0 on.
    int enumCode(int slot, String field, int width, int absent, String enumeration, int constants) {
        int code = width == 1 ? int8(slot, field, absent) : int32(slot, field, absent);
        return checkedCode(code, field, enumeration, constants);
    }

    int checkedCode(int code, String field, String enumeration, int constants) {
        if (code < 0 || code >= constants) {
            throw new SchemaException(
                    SchemaError.NEWER_FORMAT,
                    position,
                    "%s is %d, and %s ends with %d".formatted(path(field), code, enumeration, constants - 1));
        }
        return code;
    }

    /// The code of a union's member, 0 where the union is absent. A code without a table counts as absent.
    int unionCode(int typeSlot, int slot, String field, int members) {
        int code = int8(typeSlot, field, 0) & 0xff;
        boolean present = find(slot, 4, field) >= 0;
        if (code > members) {
            throw new SchemaException(
                    SchemaError.NEWER_FORMAT,
                    position,
                    "%s is a table of kind %d, and the last kind known is %d".formatted(path(field), code, members));
        }
        if (code == 0 && present) {
            throw new SchemaException(
                    SchemaError.VALUE, position, "%s is a table of no stated kind".formatted(path(field)));
        }
        return present ? code : 0;
    }

    /// The position of what the field refers to, -1 where the field is absent.
    long target(int slot, String field) {
        long at = find(slot, 4, field);
        return at < 0 ? -1 : in.follow(at, path(field));
    }

    FlatBuffer in() {
        return in;
    }

    long position() {
        return position;
    }

    String path(String field) {
        return table + "." + field;
    }

    /// The position of a field's `width` bytes, -1 where the field is absent.
    private long find(int slot, int width, String field) {
        int offset = slot < slots ? offset(slot) : 0;
        if (offset == 0) {
            return -1;
        }
        long at = position + offset;
        if (!in.holds(at, width)) {
            in.check(at, width, width, path(field));
        }
        return at;
    }

    private int offset(int slot) {
        return Short.toUnsignedInt(in.bytes().get(FlatBuffer.SHORT, vtable + 4 + 2L * slot));
    }
}
