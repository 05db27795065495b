package dev.lithe.importers.internal.checkpoint;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.proto.BundleEntryProto;
import dev.lithe.importers.internal.proto.BundleHeaderProto;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.schema.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A checkpoint in TensorFlow's second format: `PREFIX.index`, a table from names to entries, and
/// the shards `PREFIX.data-00000-of-00001` …, which hold the values one after the other. Shards are
/// mapped when one of their values is asked for, and values are slices of the map; the checksum of
/// a value is checked when it is asked for.
public final class Checkpoint {
    private static final long INDEX_LIMIT = 1L << 29;

    private final Path prefix;
    private final Path index;
    private final Map<String, byte[]> entries;
    private final int shardCount;
    private final Map<Integer, Bytes> shards = new HashMap<>();

    /// A value: element type, dimensions, and its bytes, little-endian.
    public record Entry(DataType type, List<Long> shape, Bytes bytes) {
        public Entry {
            shape = List.copyOf(shape);
        }
    }

    private Checkpoint(Path prefix) {
        this.prefix = prefix;
        this.index = prefix.resolveSibling(prefix.getFileName() + ".index");
        byte[] file = MappedFile.read(index, INDEX_LIMIT);
        try {
            entries = SortedTable.read(file);
        } catch (BrokenTableException e) {
            throw damagedIndex(String.valueOf(e.getMessage()), e);
        }
        BundleHeaderProto header = parseHeader();
        if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
            throw new UnsupportedException(
                    "LQ0350",
                    Location.file(index.toString()),
                    "was written on a big-endian machine",
                    "export the model again on a little-endian one (x86, ARM).");
        }
        shardCount = header.getNumShards();
    }

    /// @param prefix the path of the index without `.index`
    /// @throws MalformedModelException where the index is missing or damaged
    public static Checkpoint open(Path prefix) {
        return new Checkpoint(prefix);
    }

    public Path index() {
        return index;
    }

    /// The names of all values.
    public Set<String> keys() {
        return entries.keySet();
    }

    public boolean contains(String key) {
        return entries.containsKey(key);
    }

    /// The value called `key`, of fixed-size elements.
    ///
    /// @throws MalformedModelException where its shard is missing, too short or damaged
    /// @throws UnsupportedException where it was saved in slices
    public Entry get(String key) {
        BundleEntryProto entry = entry(key);
        if (entry.getSlicesCount() > 0) {
            throw new UnsupportedException(
                    "LQ0351",
                    Location.tensor(index.toString(), -1, key),
                    "is a partitioned variable, saved in slices",
                    "save the model without a partitioner.");
        }
        Bytes bytes = slice(key, entry);
        if (Crc.masked(bytes.segment()) != entry.getCrc32C()) {
            throw damagedValue(key, entry, "its checksum does not match");
        }
        return new Entry(
                entry.getDtype(),
                entry.getShape().getDimList().stream().map(d -> d.getSize()).toList(),
                bytes);
    }

    /// The first string of the value called `key`: the lengths of all as varints, 4 bytes of
    /// checksum, then the strings.
    public byte[] string(String key) {
        BundleEntryProto entry = entry(key);
        byte[] bytes = slice(key, entry).toArray();
        try {
            ByteReader reader = new ByteReader(bytes, 0, bytes.length);
            int length = reader.size(bytes.length);
            reader.skip(4);
            MemorySegment text = MemorySegment.ofArray(bytes).asSlice(reader.skip(length), length);
            return text.toArray(ValueLayout.JAVA_BYTE);
        } catch (BrokenTableException e) {
            throw damagedValue(key, entry, String.valueOf(e.getMessage()));
        }
    }

    private BundleHeaderProto parseHeader() {
        byte[] header = entries.remove("");
        if (header == null) {
            throw damagedIndex("it has no header", null);
        }
        try {
            return BundleHeaderProto.parseFrom(header);
        } catch (InvalidProtocolBufferException e) {
            throw damagedIndex(String.valueOf(e.getMessage()), e);
        }
    }

    private BundleEntryProto entry(String key) {
        byte[] bytes = entries.get(key);
        if (bytes == null) {
            throw damagedIndex("it has no entry '" + key + "'", null);
        }
        try {
            return BundleEntryProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw damagedIndex("the entry '" + key + "' is damaged: " + e.getMessage(), e);
        }
    }

    private Bytes slice(String key, BundleEntryProto entry) {
        Bytes shard = shards.computeIfAbsent(entry.getShardId(), id -> MappedFile.map(shard(id)));
        long offset = entry.getOffset();
        long size = entry.getSize();
        if (offset < 0 || size < 0 || offset > shard.byteSize() || size > shard.byteSize() - offset) {
            throw damagedValue(
                    key,
                    entry,
                    "it should stand at bytes " + offset + " to " + (offset + size) + ", the file has "
                            + shard.byteSize());
        }
        return shard.slice(offset, size);
    }

    private Path shard(int id) {
        return prefix.resolveSibling(
                String.format(Locale.ROOT, "%s.data-%05d-of-%05d", prefix.getFileName(), id, shardCount));
    }

    private MalformedModelException damagedValue(String key, BundleEntryProto entry, String how) {
        return new MalformedModelException(
                "LQ0152",
                Location.tensor(shard(entry.getShardId()).toString(), -1, key),
                "is damaged: " + how,
                "copy or export the model again; all files of 'variables' must come from one export.");
    }

    private MalformedModelException damagedIndex(String how, @Nullable Throwable cause) {
        String what = "is damaged: " + how;
        String fix = "copy or export the model again.";
        Location location = Location.file(index.toString());
        return cause == null
                ? new MalformedModelException("LQ0151", location, what, fix)
                : new MalformedModelException("LQ0151", location, what, fix, cause);
    }
}
