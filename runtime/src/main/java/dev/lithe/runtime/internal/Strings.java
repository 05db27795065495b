package dev.lithe.runtime.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The layout of string constants: their number, then where each begins and where the last one ends (all 32
/// bits, counted from the first byte), then the characters.
final class Strings {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Strings() {}

    /// @param expected how many strings there must be
    /// @throws IllegalArgumentException where the bytes do not hold that many strings
    static byte[][] decode(MemorySegment bytes, int expected) {
        if (expected == 0 && bytes.byteSize() == 0) {
            return new byte[0][];
        }
        int count = bytes.byteSize() < 4 ? -1 : bytes.get(INT, 0);
        if (count != expected || bytes.byteSize() < 4L * count + 8) {
            throw new IllegalArgumentException("holds " + count + " strings where " + expected + " are declared");
        }
        byte[][] strings = new byte[count][];
        for (int i = 0; i < count; i++) {
            int from = bytes.get(INT, 4L * i + 4);
            int to = bytes.get(INT, 4L * i + 8);
            if (from < 0 || to < from || to > bytes.byteSize()) {
                throw new IllegalArgumentException("string " + i + " lies outside of its buffer");
            }
            strings[i] = bytes.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
        }
        return strings;
    }
}
