package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.schema.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// The entries of a zip file, read where they lie: one that is stored as it is becomes a slice of
/// the mapped file. Nothing is ever written, so that an entry whose name points outside could do no
/// harm; it is refused all the same, as no writer of models makes one.
final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int DIRECTORY = 0x02014b50;
    private static final int DIRECTORY_SIZE = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final long WIDE = 0xFFFFFFFFL;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /// Deflate makes at most 1032 bytes of one; what claims more is damaged or a trap.
    private static final long DEFLATE_LIMIT = 1032;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String file;
    private final Bytes bytes;
    private final MemorySegment content;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(int method, boolean encrypted, int crc, long packed, long size, long offset) {}

    private ZipArchive(Path path) {
        file = path.toString();
        bytes = MappedFile.map(path);
        content = bytes.segment();
        try {
            readDirectory();
        } catch (IndexOutOfBoundsException e) {
            throw damaged("its directory points outside of the file", e);
        }
    }

    /// @throws MalformedModelException (LQ0170) where the file is no zip file, cut off or damaged
    static ZipArchive open(Path path) {
        return new ZipArchive(path);
    }

    Set<String> names() {
        return entries.keySet();
    }

    private void readDirectory() {
        long end = findEnd();
        int count = content.get(SHORT, end + 10) & 0xFFFF;
        long at = content.get(INT, end + 16) & WIDE;
        if (at == WIDE || count == 0xFFFF) {
            long wideEnd = content.get(LONG, end - 20 + 8);
            at = content.get(LONG, wideEnd + 48);
            count = Math.toIntExact(Math.min(content.get(LONG, wideEnd + 32), Integer.MAX_VALUE));
        }
        for (int i = 0; i < count; i++) {
            if (content.get(INT, at) != DIRECTORY) {
                throw damaged("its directory ends after " + i + " of " + count + " entries", null);
            }
            at = readEntry(at);
        }
    }

    private long findEnd() {
        long first = Math.max(0, content.byteSize() - END_SIZE - 0xFFFF);
        for (long at = content.byteSize() - END_SIZE; at >= first; at--) {
            if (content.get(INT, at) == END) {
                return at;
            }
        }
        throw damaged("it has no directory at its end; is it cut off?", null);
    }

    private long readEntry(long at) {
        int nameSize = content.get(SHORT, at + 28) & 0xFFFF;
        int extraSize = content.get(SHORT, at + 30) & 0xFFFF;
        int commentSize = content.get(SHORT, at + 32) & 0xFFFF;
        String name = new String(
                content.asSlice(at + DIRECTORY_SIZE, nameSize).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        requireInside(name);
        long[] wide = {
            content.get(INT, at + 24) & WIDE, content.get(INT, at + 20) & WIDE, content.get(INT, at + 42) & WIDE
        };
        widen(wide, content.asSlice(at + DIRECTORY_SIZE + nameSize, extraSize));
        boolean encrypted = (content.get(SHORT, at + 8) & 1) != 0;
        int method = content.get(SHORT, at + 10) & 0xFFFF;
        Entry entry = new Entry(method, encrypted, content.get(INT, at + 16), wide[1], wide[0], wide[2]);
        if (entries.put(name, entry) != null) {
            throw damaged("it has two entries '" + name + "'", null);
        }
        return at + DIRECTORY_SIZE + nameSize + extraSize + commentSize;
    }

    private void requireInside(String name) {
        boolean outside = name.startsWith("/")
                || name.contains("\\")
                || name.contains(":")
                || Arrays.asList(name.split("/", -1)).contains("..");
        if (outside) {
            throw damaged("its entry '" + name + "' points outside of it", null);
        }
    }

    /// Sizes of 4 GB and more stand in the extra field, in this order, where the plain ones are full.
    private static void widen(long[] sizes, MemorySegment extra) {
        long at = 0;
        while (at + 4 <= extra.byteSize()) {
            int id = extra.get(SHORT, at) & 0xFFFF;
            int size = extra.get(SHORT, at + 2) & 0xFFFF;
            long field = at + 4;
            for (int i = 0; id == 1 && i < sizes.length; i++) {
                if (sizes[i] == WIDE) {
                    sizes[i] = extra.get(LONG, field);
                    field += 8;
                }
            }
            at += 4 + size;
        }
    }

    /// The content of entry `name`; null where there is none.
    ///
    /// @param limit the most bytes that it may have
    /// @throws MalformedModelException (LQ0170) where it is damaged or larger
    @Nullable
    Bytes read(String name, long limit) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return null;
        }
        if (entry.encrypted || (entry.method != STORED && entry.method != DEFLATED)) {
            throw new UnsupportedException(
                    "LQ0370",
                    Location.file(file),
                    "has its entry '" + name + "' " + (entry.encrypted ? "encrypted" : "packed in an unusual way"),
                    "save the model again with Keras.");
        }
        boolean absurd = entry.method == STORED
                ? entry.size != entry.packed
                : entry.size / DEFLATE_LIMIT > entry.packed || entry.size < 0;
        if (absurd || entry.size > limit) {
            throw damaged("its entry '" + name + "' claims to unpack to " + entry.size + " bytes", null);
        }
        try {
            return checked(name, entry, entry.method == STORED ? packed(entry) : inflated(name, entry));
        } catch (IndexOutOfBoundsException e) {
            throw damaged("its entry '" + name + "' lies outside of the file", e);
        }
    }

    private Bytes packed(Entry entry) {
        if (content.get(INT, entry.offset) != LOCAL) {
            throw damaged("an entry does not stand where its directory says", null);
        }
        int nameSize = content.get(SHORT, entry.offset + 26) & 0xFFFF;
        int extraSize = content.get(SHORT, entry.offset + 28) & 0xFFFF;
        return bytes.slice(entry.offset + LOCAL_SIZE + nameSize + extraSize, entry.packed);
    }

    private Bytes inflated(String name, Entry entry) {
        if (entry.size > Integer.MAX_VALUE || entry.packed > Integer.MAX_VALUE) {
            throw damaged("its entry '" + name + "' is packed and larger than 2 GB", null);
        }
        MemorySegment target = Arena.ofAuto().allocate(Math.max(1, entry.size));
        ByteBuffer into = target.asByteBuffer().limit((int) entry.size);
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed(entry).segment().asByteBuffer());
            while (into.hasRemaining() && inflater.inflate(into) > 0) {
                // as long as it gives something
            }
        } catch (DataFormatException e) {
            throw damaged("its entry '" + name + "' cannot be unpacked: " + e.getMessage(), e);
        }
        if (into.hasRemaining()) {
            throw damaged("its entry '" + name + "' ends too early", null);
        }
        return Bytes.of(target.asSlice(0, entry.size).asReadOnly());
    }

    private Bytes checked(String name, Entry entry, Bytes unpacked) {
        CRC32 crc = new CRC32();
        long step = 1L << 30;
        for (long at = 0; at < unpacked.byteSize(); at += step) {
            crc.update(unpacked.segment()
                    .asSlice(at, Math.min(step, unpacked.byteSize() - at))
                    .asByteBuffer());
        }
        if ((int) crc.getValue() != entry.crc) {
            throw damaged("the checksum of its entry '" + name + "' does not match", null);
        }
        return unpacked;
    }

    private MalformedModelException damaged(String how, @Nullable Throwable cause) {
        String what = "is cut off or damaged: " + how;
        String fix = "copy or save the model again.";
        return cause == null
                ? new MalformedModelException("LQ0170", Location.file(file), what, fix)
                : new MalformedModelException("LQ0170", Location.file(file), what, fix, cause);
    }
}
