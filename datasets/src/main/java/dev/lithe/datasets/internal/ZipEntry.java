package dev.lithe.datasets.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// One file of a mapped zip archive. A stored one is used in place; a deflated one is inflated once, piece by
/// piece, into memory of exactly its size.
record ZipEntry(
        String location,
        MemorySegment file,
        int flags,
        int method,
        long crc,
        long compressedSize,
        long size,
        long headerOffset) {
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int PIECE = 1 << 20;

    /// A deflated byte stands for at most 1032 bytes: what claims more lies, and is told so before memory is
    /// taken.
    private static final long MOST_INFLATION = 1032;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The entry's content, checked against its checksum.
    MemorySegment content() {
        return MappedFile.guarded(location, () -> {
            MemorySegment raw = raw();
            MemorySegment content = switch (method) {
                case STORED -> stored(raw);
                case DEFLATED -> inflated(raw);
                default -> throw unread("compression method " + method);
            };
            checkCrc(content);
            return content;
        });
    }

    private MemorySegment raw() {
        if ((flags & 1) != 0) {
            throw unread("encryption");
        }
        if (headerOffset < 0
                || headerOffset > file.byteSize() - LOCAL_SIZE
                || file.get(INT, headerOffset) != LOCAL_SIGNATURE) {
            throw DataErrors.damaged(location, "the entry is not where the directory says");
        }
        long start = headerOffset
                + LOCAL_SIZE
                + Short.toUnsignedInt(file.get(SHORT, headerOffset + 26))
                + Short.toUnsignedInt(file.get(SHORT, headerOffset + 28));
        if (compressedSize < 0 || start > file.byteSize() - compressedSize) {
            throw DataErrors.damaged(location, "the entry reaches past the end of the file");
        }
        return file.asSlice(start, compressedSize);
    }

    private MemorySegment stored(MemorySegment raw) {
        if (size != compressedSize) {
            throw DataErrors.damaged(location, "a stored entry has two sizes");
        }
        return raw;
    }

    private MemorySegment inflated(MemorySegment raw) {
        if (size < 0 || size > Math.multiplyExact(compressedSize + 1, MOST_INFLATION)) {
            throw DataErrors.damaged(
                    location, "the entry claims " + size + " bytes out of " + compressedSize + " compressed ones");
        }
        Inflater inflater = new Inflater(true);
        try {
            MemorySegment content = Arena.ofAuto().allocate(size, 8);
            long written = inflate(inflater, raw, content);
            if (written != size || !inflater.finished()) {
                throw DataErrors.damaged(location, "the entry does not inflate to the " + size + " bytes it claims");
            }
            return content;
        } catch (DataFormatException e) {
            throw DataErrors.damaged(location, "the compressed data are damaged");
        } catch (OutOfMemoryError e) {
            throw DataErrors.notRead(
                    location,
                    "there is no memory for the " + size + " bytes of this compressed array",
                    "save it uncompressed with numpy.savez: then it is read sample by sample. Or give Java more memory.");
        } finally {
            inflater.end();
        }
    }

    /// Inflates until the entry ends or proves longer than announced, to notice which one byte more is asked for.
    private long inflate(Inflater inflater, MemorySegment raw, MemorySegment content) throws DataFormatException {
        long from = 0;
        long to = 0;
        boolean idle = false;
        while (!inflater.finished() && !idle) {
            if (inflater.needsInput() && from < raw.byteSize()) {
                long piece = Math.min(PIECE, raw.byteSize() - from);
                inflater.setInput(raw.asSlice(from, piece).asByteBuffer());
                from += piece;
            }
            int room = (int) Math.min(PIECE, size - to);
            ByteBuffer target = room == 0
                    ? ByteBuffer.allocate(1)
                    : content.asSlice(to, room).asByteBuffer();
            int written = inflater.inflate(target);
            to += written;
            idle = to > size || (written == 0 && from == raw.byteSize());
        }
        return to;
    }

    private void checkCrc(MemorySegment content) {
        CRC32 sum = new CRC32();
        for (long at = 0; at < content.byteSize(); at += PIECE) {
            sum.update(content.asSlice(at, Math.min(PIECE, content.byteSize() - at))
                    .asByteBuffer());
        }
        if (sum.getValue() != crc) {
            throw DataErrors.damaged(location, "the checksum is wrong");
        }
    }

    private RuntimeException unread(String what) {
        return DataErrors.notRead(
                location,
                "archives with " + what + " are not read",
                "write it with numpy.savez or numpy.savez_compressed.");
    }
}
