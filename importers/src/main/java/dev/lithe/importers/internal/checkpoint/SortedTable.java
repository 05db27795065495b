package dev.lithe.importers.internal.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// An immutable file of sorted keys and values, as TensorFlow's checkpoint index is one.
///
/// The last 48 bytes hold two block handles (offset and size as varints), padding and a magic
/// number; the second handle is that of the index block, whose values are the handles of the data
/// blocks. A block is a run of entries, each with the count of leading bytes that its key shares
/// with the one before, followed by the offsets of the entries where that count is 0, and their
/// number. After a block come its compression and its masked CRC-32C.
final class SortedTable {
    private static final int FOOTER = 48;
    private static final int TRAILER = 5;
    /// Keys share prefixes, so a small file can stand for huge ones; real ones unpack to about 3
    /// times their size.
    private static final long KEY_BYTES_PER_FILE_BYTE = 64;
    private static final long MAGIC = 0xdb4775248b80fb57L;

    private final byte[] file;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private long keyBytes;

    private SortedTable(byte[] file) {
        this.file = file;
    }

    /// All entries in the order of their keys.
    ///
    /// @throws BrokenTableException where the bytes are no such table or are damaged
    static Map<String, byte[]> read(byte[] file) {
        SortedTable table = new SortedTable(file);
        table.readAll();
        return table.entries;
    }

    private void readAll() {
        if (file.length < FOOTER) {
            throw new BrokenTableException("it has " + file.length + " bytes, its footer alone takes " + FOOTER);
        }
        if (new ByteReader(file, file.length - 8, file.length).int64() != MAGIC) {
            throw new BrokenTableException("it does not end like a checkpoint index; was it cut off?");
        }
        ByteReader footer = new ByteReader(file, file.length - FOOTER, file.length - 8);
        handle(footer);
        Map<String, byte[]> index = new LinkedHashMap<>();
        readBlock(handle(footer), index);
        for (byte[] handle : index.values()) {
            readBlock(handle(new ByteReader(handle, 0, handle.length)), entries);
        }
    }

    /// Where a block lies.
    private record Block(int offset, int size) {}

    private Block handle(ByteReader reader) {
        return new Block(reader.size(file.length), reader.size(file.length));
    }

    private void readBlock(Block block, Map<String, byte[]> into) {
        int offset = block.offset;
        int size = block.size;
        if ((long) offset + size + TRAILER > file.length || size < 4) {
            throw new BrokenTableException("a block lies outside the file");
        }
        ByteReader trailer = new ByteReader(file, offset + size, offset + size + TRAILER);
        int compression = file[trailer.skip(1)];
        MemorySegment checked = MemorySegment.ofArray(file).asSlice(offset, (long) size + 1);
        if (trailer.int32() != Crc.masked(checked)) {
            throw new BrokenTableException("the checksum of the block at byte " + offset + " does not match");
        }
        if (compression != 0) {
            throw new BrokenTableException("its blocks are compressed, which TensorFlow never does for a checkpoint");
        }
        int restarts = new ByteReader(file, offset + size - 4, offset + size).int32();
        if (restarts < 0 || restarts > (size - 4) / 4) {
            throw new BrokenTableException("a block claims " + restarts + " restart points");
        }
        readEntries(new ByteReader(file, offset, offset + size - 4 - 4 * restarts), into);
    }

    private void readEntries(ByteReader reader, Map<String, byte[]> into) {
        byte[] key = new byte[0];
        while (reader.hasMore()) {
            int shared = reader.size(file.length);
            int fresh = reader.size(file.length);
            int valueSize = reader.size(file.length);
            if (shared > key.length) {
                throw new BrokenTableException("a key continues more of the one before than there is");
            }
            int keyFrom = reader.skip(fresh);
            byte[] next = Arrays.copyOf(key, shared + fresh);
            System.arraycopy(file, keyFrom, next, shared, fresh);
            key = next;
            keyBytes += key.length;
            if (keyBytes > KEY_BYTES_PER_FILE_BYTE * file.length) {
                throw new BrokenTableException("its keys unpack to an absurd size");
            }
            int valueFrom = reader.skip(valueSize);
            into.put(
                    new String(key, StandardCharsets.UTF_8),
                    Arrays.copyOfRange(file, valueFrom, valueFrom + valueSize));
        }
    }
}
