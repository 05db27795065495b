package dev.lithe.schema.internal;

import dev.lithe.schema.Bytes;
import dev.lithe.schema.Floats;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Longs;
import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One table in the making: takes the fields in any order, then places them, the widest first so that no byte is lost
/// between them. Numbers equal to their default take no place at all.
final class TableLayout {

    private final FlatWriter out;
    private final int[] widths;
    private final long[] bits;
    private final int[] offsets;
    private final List<Runnable> afterwards = new ArrayList<>();
    private int position;

    TableLayout(FlatWriter out, int slots) {
        this.out = out;
        this.widths = new int[slots];
        this.bits = new long[slots];
        this.offsets = new int[slots];
    }

    void int8(int slot, int value, int absent) {
        if (value < Byte.MIN_VALUE || value > Byte.MAX_VALUE) {
            throw new SchemaException(SchemaError.VALUE, -1, "%d does not fit into 8 bits".formatted(value));
        }
        number(slot, 1, value, absent);
    }

    void bool(int slot, boolean value, boolean absent) {
        number(slot, 1, value ? 1 : 0, absent ? 1 : 0);
    }

    void int32(int slot, int value, int absent) {
        number(slot, 4, value, absent);
    }

    void uint32(int slot, long value, long absent) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new SchemaException(
                    SchemaError.VALUE, -1, "%d does not fit into an unsigned 32-bit number".formatted(value));
        }
        number(slot, 4, value, absent);
    }

    void int64(int slot, long value, long absent) {
        number(slot, 8, value, absent);
    }

    void uint64(int slot, long value, long absent) {
        if (value < 0) {
            throw new SchemaException(SchemaError.VALUE, -1, "%d is negative".formatted(value));
        }
        number(slot, 8, value, absent);
    }

    void float32(int slot, float value, float absent) {
        number(slot, 4, Float.floatToRawIntBits(value), Float.floatToRawIntBits(absent));
    }

    void string(int slot, String value, boolean keep) {
        if (keep || !value.isEmpty()) {
            leaf(slot, Leaves.string(value));
        }
    }

    void ints(int slot, Ints values, boolean keep) {
        if (keep || !values.isEmpty()) {
            leaf(slot, Leaves.ints(values));
        }
    }

    void ushorts(int slot, Ints values, boolean keep, int alignment) {
        if (keep || !values.isEmpty()) {
            leaf(slot, Leaves.ushorts(values, alignment));
        }
    }

    void longs(int slot, Longs values, boolean keep) {
        if (keep || !values.isEmpty()) {
            leaf(slot, Leaves.longs(values));
        }
    }

    void floats(int slot, Floats values, boolean keep) {
        if (keep || !values.isEmpty()) {
            leaf(slot, Leaves.floats(values));
        }
    }

    void bools(int slot, List<Boolean> values, boolean keep) {
        if (keep || !values.isEmpty()) {
            leaf(slot, Leaves.bools(values));
        }
    }

    void bytes(int slot, @Nullable Bytes bytes, boolean keep, int alignment) {
        if (bytes != null && (keep || !bytes.isEmpty())) {
            child(slot, true);
            afterwards.add(() -> out.bytes(at(slot), bytes, alignment));
        }
    }

    /// Bytes that may also lie behind the FlatBuffer, where the two other fields then locate them.
    void locatedBytes(int slot, int offsetSlot, int sizeSlot, @Nullable Bytes bytes, boolean keep, int alignment) {
        if (bytes == null || !out.goesOutside(bytes)) {
            bytes(slot, bytes, keep, alignment);
            return;
        }
        widths[offsetSlot] = 8;
        number(sizeSlot, 8, bytes.byteSize(), 0);
        afterwards.add(() -> out.outside(at(offsetSlot), bytes));
    }

    /// A reference to a table or a vector of tables, which are written after this table.
    void child(int slot, boolean present) {
        if (present) {
            widths[slot] = 4;
        }
    }

    void union(int typeSlot, int slot, int code) {
        number(typeSlot, 1, code, 0);
        child(slot, code != 0);
    }

    boolean has(int slot) {
        return widths[slot] != 0;
    }

    /// Where the field stands in the file, once the table is placed.
    int at(int slot) {
        return position + offsets[slot];
    }

    /// Gives the table its place, behind all tables so far, and lets the references point to it.
    void place(List<Integer> references) {
        int size = 4;
        for (int width = 8; width >= 1; width /= 2) {
            for (int slot = 0; slot < widths.length; slot++) {
                if (widths[slot] == width) {
                    offsets[slot] = size;
                    size += width;
                }
            }
        }
        position = out.allocateTable(size, wide());
        for (int slot = 0; slot < widths.length; slot++) {
            if (widths[slot] != 0) {
                out.put(at(slot), bits[slot], widths[slot]);
            }
        }
        references.forEach(reference -> out.refer(reference, position));
        out.vtable(position, vtable(size));
        afterwards.forEach(Runnable::run);
    }

    private boolean wide() {
        for (int width : widths) {
            if (width == 8) {
                return true;
            }
        }
        return false;
    }

    /// The vtable up to the last field that is present: its own size, the table's, then the offset of each slot.
    private Ints vtable(int size) {
        int used = widths.length;
        while (used > 0 && widths[used - 1] == 0) {
            used--;
        }
        int[] entries = new int[2 + used];
        entries[0] = 2 * entries.length;
        entries[1] = size;
        System.arraycopy(offsets, 0, entries, 2, used);
        return Ints.of(entries);
    }

    private void number(int slot, int width, long value, long absent) {
        if (value != absent) {
            widths[slot] = width;
            bits[slot] = value;
        }
    }

    private void leaf(int slot, Leaf leaf) {
        child(slot, true);
        afterwards.add(() -> out.leaf(at(slot), leaf));
    }
}
