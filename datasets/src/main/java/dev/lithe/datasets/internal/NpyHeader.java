package dev.lithe.datasets.internal;

import dev.lithe.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// What stands in front of the elements of a `.npy` array: element type, order, shape (format versions 1 to 3, as
/// `numpy.lib.format` documents them).
///
/// @param dataOffset where the elements start
public record NpyHeader(NpyType type, boolean fortranOrder, Shape shape, long dataOffset) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

    /// numpy itself refuses headers of more than 10,000 bytes.
    private static final int LONGEST = 1 << 20;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// Reads the header at the start of `file`.
    public static NpyHeader read(String location, MemorySegment file) {
        if (file.byteSize() < 10 || !startsWithMagic(file)) {
            throw DataErrors.damaged(location, "this is no .npy array: it does not start with \\x93NUMPY");
        }
        int version = file.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3) {
            throw DataErrors.notRead(
                    location, ".npy format version " + version + " is not known", "save it again with numpy.save.");
        }
        long start = version == 1 ? 10 : 12;
        if (file.byteSize() < start) {
            throw DataErrors.damaged(location, "the header is cut off");
        }
        long length = version == 1 ? Short.toUnsignedInt(file.get(SHORT, 8)) : Integer.toUnsignedLong(file.get(INT, 8));
        if (length > LONGEST || length > file.byteSize() - start) {
            throw DataErrors.damaged(location, "the header claims " + length + " bytes");
        }
        byte[] text = file.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
        String header = new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
        return new NpyHeaderParser(location, header, start + length).parse();
    }

    /// The bytes that go in front of the elements: version 1, padded to a multiple of 64 so that they can be
    /// mapped.
    public static byte[] format(String descr, Shape shape) {
        StringBuilder text = new StringBuilder("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.rank(); i++) {
            text.append(shape.dimension(i)).append(i == 0 || i < shape.rank() - 1 ? "," : "");
            text.append(i < shape.rank() - 1 ? " " : "");
        }
        text.append("), }");
        int unpadded = MAGIC.length + 4 + text.length() + 1;
        text.repeat(' ', (64 - unpadded % 64) % 64).append('\n');
        byte[] header = new byte[MAGIC.length + 4 + text.length()];
        System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
        header[6] = 1;
        header[8] = (byte) text.length();
        header[9] = (byte) (text.length() >> 8);
        byte[] ascii = text.toString().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, header, 10, ascii.length);
        return header;
    }

    private static boolean startsWithMagic(MemorySegment file) {
        return file.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) == -1;
    }
}
