package dev.lithe.operators;

import dev.lithe.schema.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the FlexBuffers in which files keep the options of custom operators: a map from names to numbers, flags, texts
/// and lists of these.
public final class FlexBuffer {
    private static final int TEXT = 5;
    private static final int MAP = 9;
    private static final int BOOL = 26;

    private final ByteBuffer data;

    private FlexBuffer(byte[] bytes) {
        this.data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The map at the root: [Long], [Double], [Boolean], [String] or [List] by name, in order of names. Values of other
    /// kinds (nested maps, blobs) are left out. Empty where there are no bytes.
    ///
    /// @throws IllegalArgumentException where the bytes are no such map
    public static Map<String, Object> map(Bytes bytes) {
        if (bytes.isEmpty()) {
            return Map.of();
        }
        try {
            return new FlexBuffer(bytes.toArray()).root();
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the operator's options are no FlexBuffer: " + e.getMessage(), e);
        }
    }

    /// The last byte is the width of the root, the one before it its type.
    private Map<String, Object> root() {
        int width = data.get(data.limit() - 1);
        int type = data.get(data.limit() - 2) & 255;
        if (type >> 2 != MAP || width != 1 && width != 2 && width != 4 && width != 8) {
            throw new IllegalArgumentException("the operator's options are no map");
        }
        int place = data.limit() - 2 - width;
        int map = indirect(place, width);
        int elements = 1 << (type & 3);
        int keys = indirect(map - 3 * elements, elements);
        int keyWidth = (int) unsigned(map - 2 * elements, elements);
        int size = count(map - elements, elements);
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String key = untilZero(indirect(keys + i * keyWidth, keyWidth));
            Object value = value(map + i * elements, elements, data.get(map + size * elements + i) & 255);
            if (!value.equals(Map.of())) {
                values.put(key, value);
            }
        }
        return values;
    }

    /// The value at `place`; an empty map for what is not read.
    private Object value(int place, int width, int packed) {
        int type = packed >> 2;
        int inner = 1 << (packed & 3);
        return switch (type) {
            case 1 -> signed(place, width);
            case 2 -> unsigned(place, width);
            case 3 -> real(place, width);
            case 4 -> untilZero(indirect(place, width));
            case TEXT -> text(indirect(place, width), inner);
            case 6 -> signed(indirect(place, width), inner);
            case 7 -> unsigned(indirect(place, width), inner);
            case 8 -> real(indirect(place, width), inner);
            case 10 -> list(indirect(place, width), inner, 0);
            case 11, 12, 13, 14 -> list(indirect(place, width), inner, type - 10);
            case BOOL -> unsigned(place, width) != 0;
            default -> Map.of();
        };
    }

    /// @param type that of all elements, or 0 where each has its own, behind the last
    private List<Object> list(int at, int width, int type) {
        int size = count(at - width, width);
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int packed = type == 0 ? data.get(at + size * width + i) & 255 : type << 2;
            boolean nested = packed >> 2 >= MAP && packed >> 2 != BOOL;
            values.add(nested ? Map.of() : value(at + i * width, width, packed));
        }
        return values;
    }

    private int indirect(int place, int width) {
        return place - (int) Math.min(unsigned(place, width), Integer.MAX_VALUE);
    }

    private int count(int place, int width) {
        long count = unsigned(place, width);
        if (count < 0 || count > data.limit()) {
            throw new IndexOutOfBoundsException("a list of " + count);
        }
        return (int) count;
    }

    private long signed(int place, int width) {
        return switch (width) {
            case 1 -> data.get(place);
            case 2 -> data.getShort(place);
            case 4 -> data.getInt(place);
            case 8 -> data.getLong(place);
            default -> throw new IndexOutOfBoundsException("a number of " + width + " bytes");
        };
    }

    private long unsigned(int place, int width) {
        long value = signed(place, width);
        return width == 8 ? value : value & ((1L << 8 * width) - 1);
    }

    private double real(int place, int width) {
        return switch (width) {
            case 4 -> data.getFloat(place);
            case 8 -> data.getDouble(place);
            default -> throw new IndexOutOfBoundsException("a real number of " + width + " bytes");
        };
    }

    private String text(int at, int width) {
        return string(at, at + count(at - width, width));
    }

    private String untilZero(int at) {
        int end = at;
        while (data.get(end) != 0) {
            end++;
        }
        return string(at, end);
    }

    private String string(int from, int to) {
        byte[] bytes = new byte[to - from];
        data.get(from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
