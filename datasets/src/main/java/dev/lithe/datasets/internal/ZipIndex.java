package dev.lithe.datasets.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// The central directory of a zip archive (PKWARE's APPNOTE, with zip64), read from mapped memory so that stored
/// entries can be used where they lie. Every number that a file claims is checked against the file's size before
/// it is believed.
final class ZipIndex {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final long UNSIGNED_INT = 0xffffffffL;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String location;
    private final MemorySegment file;

    private ZipIndex(String location, MemorySegment file) {
        this.location = location;
        this.file = file;
    }

    /// The files of the archive by name, in the order of its directory.
    static Map<String, ZipEntry> read(String location, MemorySegment file) {
        return MappedFile.guarded(location, () -> new ZipIndex(location, file).entries());
    }

    private Map<String, ZipEntry> entries() {
        long end = findEnd();
        long count = u16(end + 10);
        long size = u32(end + 12);
        long offset = u32(end + 16);
        if (count == 0xffff || size == UNSIGNED_INT || offset == UNSIGNED_INT) {
            long end64 = findEnd64(end);
            count = i64(end64 + 32);
            size = i64(end64 + 40);
            offset = i64(end64 + 48);
        }
        check(offset, size);
        if (count < 0 || count > size / CENTRAL_SIZE) {
            throw DataErrors.damaged(location, "its directory claims " + count + " entries in " + size + " bytes");
        }
        Map<String, ZipEntry> entries = new LinkedHashMap<>();
        long at = offset;
        for (long i = 0; i < count; i++) {
            at = addEntry(at, entries);
        }
        return entries;
    }

    private long addEntry(long at, Map<String, ZipEntry> entries) {
        check(at, CENTRAL_SIZE);
        if (u32(at) != CENTRAL_SIGNATURE) {
            throw DataErrors.damaged(location, "its directory is damaged at byte " + at);
        }
        int nameLength = u16(at + 28);
        int extraLength = u16(at + 30);
        int commentLength = u16(at + 32);
        check(at + CENTRAL_SIZE, (long) nameLength + extraLength + commentLength);
        String name = new String(
                file.asSlice(at + CENTRAL_SIZE, nameLength).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        long[] wide = zip64(at + CENTRAL_SIZE + nameLength, extraLength, u32(at + 24), u32(at + 20), u32(at + 42));
        if (!name.endsWith("/")) {
            ZipEntry entry = new ZipEntry(
                    location + "[" + name + "]",
                    file,
                    u16(at + 8),
                    u16(at + 10),
                    u32(at + 16),
                    wide[1],
                    wide[0],
                    wide[2]);
            if (entries.putIfAbsent(name, entry) != null) {
                throw DataErrors.damaged(location, "it has two entries named '" + name + "'");
            }
        }
        return at + CENTRAL_SIZE + nameLength + extraLength + commentLength;
    }

    /// Uncompressed size, compressed size and offset, each taken from the zip64 field where it does not fit 32
    /// bits.
    private long[] zip64(long extra, int length, long... narrow) {
        long at = extra;
        while (at + 4 <= extra + length) {
            int id = u16(at);
            int size = u16(at + 2);
            long value = at + 4;
            long end = Math.min(value + size, extra + length);
            for (int i = 0; id == 1 && i < narrow.length; i++) {
                if (narrow[i] == UNSIGNED_INT && value + 8 <= end) {
                    narrow[i] = i64(value);
                    value += 8;
                }
            }
            at += 4 + size;
        }
        return narrow;
    }

    private long findEnd() {
        long last = file.byteSize() - END_SIZE;
        for (long at = last; at >= 0 && at >= last - 0xffff; at--) {
            if (u32(at) == END_SIGNATURE && at + END_SIZE + u16(at + 20) == file.byteSize()) {
                return at;
            }
        }
        throw DataErrors.damaged(location, "this is no complete .npz (zip) archive: its end is missing");
    }

    private long findEnd64(long end) {
        long locator = end - 20;
        check(locator, 20);
        long end64 = i64(locator + 8);
        check(end64, 56);
        if (u32(locator) != END64_LOCATOR_SIGNATURE || u32(end64) != END64_SIGNATURE) {
            throw DataErrors.damaged(location, "its zip64 directory is damaged");
        }
        return end64;
    }

    private void check(long offset, long size) {
        if (offset < 0 || size < 0 || offset > file.byteSize() - size) {
            throw DataErrors.damaged(location, "its directory points outside the file");
        }
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(SHORT, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(INT, at));
    }

    private long i64(long at) {
        return file.get(LONG, at);
    }
}
