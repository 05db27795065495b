package dev.lithe.schema;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A FlatBuffer put together slot by slot, for what the writer would never write. Knows nothing of the schema.
///
/// Slots hold Byte, Integer or Long (numbers of that width), String, `int[]`, another RawTable or a List of them.
record RawTable(Map<Integer, Object> slots) {

    static RawTable of(Object... slotsAndValues) {
        Map<Integer, Object> slots = new TreeMap<>();
        for (int i = 0; i < slotsAndValues.length; i += 2) {
            slots.put((Integer) slotsAndValues[i], slotsAndValues[i + 1]);
        }
        return new RawTable(slots);
    }

    /// A model with one subgraph that has these operators (and tensors).
    static RawTable model(List<RawTable> operators, List<RawTable> tensors) {
        return of(0, 3, 2, List.of(of(0, tensors, 3, operators)));
    }

    byte[] file() {
        ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        out.position(4);
        out.put("TFL3".getBytes(StandardCharsets.US_ASCII));
        write(out, 0);
        return Arrays.copyOf(out.array(), out.position());
    }

    /// Vtable, then the table with 8 bytes for each slot, then what it refers to.
    private void write(ByteBuffer out, int reference) {
        int count = slots.keySet().stream().mapToInt(k -> k + 1).max().orElse(0);
        align(out);
        int vtable = out.position();
        out.putShort((short) (4 + 2 * count)).putShort((short) (8 + 8 * count));
        for (int slot = 0; slot < count; slot++) {
            out.putShort((short) (slots.containsKey(slot) ? 8 + 8 * slot : 0));
        }
        align(out);
        int table = out.position();
        out.putInt(reference, table - reference);
        out.putInt(table - vtable);
        out.position(table + 8 + 8 * count);
        slots.forEach((slot, value) -> write(out, table + 8 + 8 * slot, value));
    }

    private static void write(ByteBuffer out, int at, Object value) {
        switch (value) {
            case Byte b -> out.put(at, b);
            case Integer i -> out.putInt(at, i);
            case Long l -> out.putLong(at, l);
            case RawTable table -> table.write(out, at);
            case String text -> {
                int start = vector(out, at, text.length());
                out.put(text.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
                out.position(start + text.length() + 1);
            }
            case int[] numbers -> {
                vector(out, at, numbers.length);
                for (int number : numbers) {
                    out.putInt(number);
                }
            }
            case List<?> tables -> {
                int start = vector(out, at, tables.size());
                out.position(start + 4 * tables.size());
                for (int i = 0; i < tables.size(); i++) {
                    ((RawTable) tables.get(i)).write(out, start + 4 * i);
                }
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    private static int vector(ByteBuffer out, int reference, int count) {
        align(out);
        out.putInt(reference, out.position() - reference);
        out.putInt(count);
        return out.position();
    }

    private static void align(ByteBuffer out) {
        out.position(out.position() + 7 & -8);
    }
}
