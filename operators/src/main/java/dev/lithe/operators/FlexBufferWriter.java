package dev.lithe.operators;

import dev.lithe.schema.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Writes the FlexBuffers in which files keep the options of custom operators: maps as [FlexBuffer#map]
/// reads them.
public final class FlexBufferWriter {
    private static final int INT = 1;
    private static final int FLOAT = 3;
    private static final int TEXT = 5;
    private static final int MAP = 9;
    private static final int LIST = 10;
    private static final int INTS = 11;
    private static final int FLOATS = 13;
    private static final int BOOL = 26;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private FlexBufferWriter() {}

    /// The map as bytes.
    ///
    /// @param values [Long], [Float], [Boolean], [String], or a [List] of one of these, by name
    /// @throws IllegalArgumentException for values of other kinds
    public static Bytes map(Map<String, Object> values) {
        return Bytes.of(new FlexBufferWriter().root(new TreeMap<>(values)));
    }

    /// A value as it stands in a vector: in place, or the position of what it refers to.
    private record Slot(int type, int width, long number, boolean offset) {}

    private byte[] root(SortedMap<String, Object> values) {
        List<Integer> keys = new ArrayList<>();
        List<Slot> slots = new ArrayList<>();
        values.forEach((key, value) -> {
            keys.add(out.size());
            text(key);
            slots.add(slot(value));
        });
        int keyWidth = offsetWidth(keys.stream().mapToLong(k -> k).toArray(), 1);
        pad(keyWidth);
        number(keys.size(), keyWidth);
        int keysAt = out.size();
        for (int key : keys) {
            number(out.size() - key, keyWidth);
        }
        int width = width(slots, 3, keysAt);
        pad(width);
        number(out.size() - keysAt, width);
        number(keyWidth, width);
        number(slots.size(), width);
        int at = out.size();
        vector(slots, width);
        int length = out.size() - at;
        int rootWidth = length <= 255 ? 1 : length < 1 << 16 ? 2 : 4;
        pad(rootWidth);
        number(out.size() - at, rootWidth);
        out.write(MAP << 2 | log(width));
        out.write(rootWidth);
        return out.toByteArray();
    }

    private Slot slot(Object value) {
        return switch (value) {
            case Long number -> new Slot(INT, signedWidth(number), number, false);
            case Boolean flag -> new Slot(BOOL, 1, flag ? 1 : 0, false);
            case Float real -> new Slot(FLOAT, 4, Integer.toUnsignedLong(Float.floatToIntBits(real)), false);
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int width = signedWidth(bytes.length + 1L);
                pad(width);
                number(bytes.length, width);
                int at = out.size();
                text(text);
                yield new Slot(TEXT << 2 | log(width), 0, at, true);
            }
            case List<?> list -> list(list);
            default ->
                throw new IllegalArgumentException(
                        "an option cannot be a " + value.getClass().getSimpleName());
        };
    }

    private Slot list(List<?> list) {
        List<Slot> slots = list.stream().map(this::slot).toList();
        boolean ints = list.stream().allMatch(Long.class::isInstance);
        boolean floats = list.stream().allMatch(Float.class::isInstance);
        int width = width(slots, 1, 0);
        pad(width);
        number(list.size(), width);
        int at = out.size();
        if (list.isEmpty() || ints || floats) {
            slots.forEach(slot -> number(slot.number, width));
            return new Slot((floats && !list.isEmpty() ? FLOATS : INTS) << 2 | log(width), 0, at, true);
        }
        vector(slots, width);
        return new Slot(LIST << 2 | log(width), 0, at, true);
    }

    /// The elements, then their types.
    private void vector(List<Slot> slots, int width) {
        for (Slot slot : slots) {
            number(slot.offset ? out.size() - slot.number : slot.number, width);
        }
        for (Slot slot : slots) {
            out.write(slot.offset ? slot.type : slot.type << 2 | log(width));
        }
    }

    /// The bytes that each element takes, so that the widest fits with `prefix` numbers before them.
    private int width(List<Slot> slots, int prefix, int keysAt) {
        for (int width = 1; width < 8; width *= 2) {
            long first = out.size() + (long) width * (prefix + 1);
            long limit = 1L << (8 * width);
            boolean fits = prefix == 1 || first - keysAt < limit;
            for (int i = 0; i < slots.size(); i++) {
                Slot slot = slots.get(i);
                fits &= slot.offset ? first + (long) width * i - slot.number < limit : slot.width <= width;
            }
            if (fits && slots.size() < limit) {
                return width;
            }
        }
        return 8;
    }

    private int offsetWidth(long[] positions, int prefix) {
        for (int width = 1; width < 8; width *= 2) {
            long last = out.size() + (long) width * (prefix + 1 + positions.length);
            if (positions.length == 0 || last - positions[0] < 1L << (8 * width)) {
                return width;
            }
        }
        return 8;
    }

    private static int signedWidth(long number) {
        return number == (byte) number ? 1 : number == (short) number ? 2 : number == (int) number ? 4 : 8;
    }

    private static int log(int width) {
        return Integer.numberOfTrailingZeros(width);
    }

    private void text(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }

    private void pad(int width) {
        while (out.size() % width != 0) {
            out.write(0);
        }
    }

    private void number(long number, int width) {
        for (int i = 0; i < width; i++) {
            out.write((int) (number >> 8 * i) & 255);
        }
    }
}
