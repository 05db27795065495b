package dev.lithe.schema.internal;

import dev.lithe.schema.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A zip archive behind a model, in which label files and the like travel.
///
/// The numbers in its directory count from the beginning of the file that it was appended to, or from its own
/// beginning: writers differ. Here an archive by itself counts from its own beginning, and behind a model from the
/// beginning of the file, which every reader understands. (java.util.zip refuses an archive that counts from further
/// back than its file has bytes, and Android's metadata reader takes no other count than from the file's beginning.)
///
/// @param start where the archive begins in `bytes`
/// @param directory where its directory begins in `bytes`
/// @param end where its end record begins in `bytes`
/// @param base what the archive's numbers count from: a position in `bytes`, possibly before its beginning
public record ZipTail(MemorySegment bytes, long start, long directory, long end, long base) {

    private static final int LOCAL_HEADER = 0x04034b50;
    private static final int DIRECTORY_ENTRY = 0x02014b50;
    private static final int END_RECORD = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int ENTRY_BYTES = 46;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final long ZIP64 = 0xffff_ffffL;

    /// The archive that ends where `bytes` end and begins at `from` or later, or null where there is none that can be
    /// followed from its end to its first entry. Archives of the zip64 kind count as none.
    public static @Nullable ZipTail find(MemorySegment bytes, long from) {
        long last = bytes.byteSize() - END_BYTES;
        for (long end = last; end >= Math.max(from, last - LONGEST_COMMENT); end--) {
            if (int32(bytes, end) == END_RECORD && int16(bytes, end + 20) == last - end) {
                return of(bytes, from, end);
            }
        }
        return null;
    }

    private static @Nullable ZipTail of(MemorySegment bytes, long from, long end) {
        long directory = end - uint32(bytes, end + 12);
        long counted = uint32(bytes, end + 16);
        if (directory < from || counted == ZIP64) {
            return null;
        }
        long base = directory - counted;
        long start = directory;
        long at = directory;
        while (at < end) {
            if (end - at < ENTRY_BYTES || int32(bytes, at) != DIRECTORY_ENTRY) {
                return null;
            }
            long entry = uint32(bytes, at + 42);
            long local = base + entry;
            if (entry == ZIP64 || local < from || local > directory - 4 || int32(bytes, local) != LOCAL_HEADER) {
                return null;
            }
            start = Math.min(start, local);
            at += entryBytes(bytes, at);
        }
        return at == end ? new ZipTail(bytes, start, directory, end, base) : null;
    }

    /// The archive alone, its numbers counted from `origin` bytes before its beginning; unchanged where a number would
    /// grow past what the format can hold.
    public Bytes countedFrom(long origin) {
        MemorySegment archive = bytes.asSlice(start);
        long shift = base - start + origin;
        if (shift == 0 || directory - base + shift >= ZIP64) {
            return Bytes.of(archive);
        }
        MemorySegment copy = Arena.ofAuto().allocate(archive.byteSize());
        copy.copyFrom(archive);
        for (long at = directory - start; at < end - start; at += entryBytes(copy, at)) {
            add(copy, at + 42, shift);
        }
        add(copy, end - start + 16, shift);
        return Bytes.of(copy);
    }

    private static void add(MemorySegment bytes, long at, long shift) {
        bytes.set(FlatBuffer.INT, at, (int) (uint32(bytes, at) + shift));
    }

    private static long entryBytes(MemorySegment bytes, long at) {
        return ENTRY_BYTES + int16(bytes, at + 28) + int16(bytes, at + 30) + int16(bytes, at + 32);
    }

    private static int int16(MemorySegment bytes, long at) {
        return Short.toUnsignedInt(bytes.get(FlatBuffer.SHORT, at));
    }

    private static int int32(MemorySegment bytes, long at) {
        return bytes.get(FlatBuffer.INT, at);
    }

    private static long uint32(MemorySegment bytes, long at) {
        return Integer.toUnsignedLong(int32(bytes, at));
    }
}
