package dev.lithe.schema.internal;

import dev.lithe.schema.Floats;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Longs;
import dev.lithe.schema.SchemaError;
import dev.lithe.schema.SchemaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Makes leaves of strings and lists.
final class Leaves {

    private Leaves() {}

    static Leaf string(String value) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            int length = utf8.remaining();
            byte[] bytes = new byte[length + 1];
            utf8.get(bytes, 0, length);
            return new Leaf(length, 4, bytes);
        } catch (CharacterCodingException e) {
            throw new SchemaException(
                    SchemaError.STRING, -1, "the string '%s' has half a surrogate pair".formatted(value), e);
        }
    }

    static Leaf ints(Ints values) {
        ByteBuffer out = buffer(values.size(), 4);
        values.stream().forEach(out::putInt);
        return new Leaf(values.size(), 4, out.array());
    }

    static Leaf ushorts(Ints values, int alignment) {
        ByteBuffer out = buffer(values.size(), 2);
        for (int i = 0; i < values.size(); i++) {
            int value = values.get(i);
            if (value < 0 || value > 0xffff) {
                throw new SchemaException(
                        SchemaError.VALUE, -1, "%d does not fit into an unsigned 16-bit number".formatted(value));
            }
            out.putShort((short) value);
        }
        return new Leaf(values.size(), Math.max(4, alignment), out.array());
    }

    static Leaf longs(Longs values) {
        ByteBuffer out = buffer(values.size(), 8);
        values.stream().forEach(out::putLong);
        return new Leaf(values.size(), 8, out.array());
    }

    static Leaf floats(Floats values) {
        ByteBuffer out = buffer(values.size(), 4);
        for (int i = 0; i < values.size(); i++) {
            out.putFloat(values.get(i));
        }
        return new Leaf(values.size(), 4, out.array());
    }

    static Leaf bools(List<Boolean> values) {
        ByteBuffer out = buffer(values.size(), 1);
        for (boolean value : values) {
            out.put((byte) (value ? 1 : 0));
        }
        return new Leaf(values.size(), 4, out.array());
    }

    private static ByteBuffer buffer(int count, int elementBytes) {
        long bytes = (long) count * elementBytes;
        if (bytes > FlatBuffer.MAX_OFFSET) {
            throw new SchemaException(SchemaError.TOO_LARGE, -1, "a vector of %d elements".formatted(count));
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
