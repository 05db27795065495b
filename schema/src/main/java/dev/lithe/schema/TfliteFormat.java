package dev.lithe.schema;

import dev.lithe.schema.internal.Decoder;
import dev.lithe.schema.internal.FlatBuffer;
import dev.lithe.schema.internal.FlatLayout;
import dev.lithe.schema.internal.FlatWriter;
import dev.lithe.schema.internal.ZipTail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads and writes `.tflite` files.
///
/// Reading checks everything that the official verifier checks, and more, before it is used: whatever the bytes are,
/// the outcome is a model or a [SchemaException], within memory of the order of the file's tables. Constants stay where
/// they are: [Bytes] are slices of the given segment.
///
/// Reading, writing and reading again gives an equal [ModelTable]. Where the format has several ways to say the same
/// thing, the model does not tell them apart: an absent field and one that holds the default, bytes in the FlatBuffer
/// and behind it.
public final class TfliteFormat {

    /// The only version of the schema that is in use.
    public static final int VERSION = 3;

    /// FlatBuffers end below 2 GB; a file that would not gets its constants behind the FlatBuffer.
    private static final long MAX_FLAT_BUFFER = Integer.MAX_VALUE - 1L;

    private TfliteFormat() {}

    /// Maps a file into memory and reads it. The map lasts as long as anything refers to one of its bytes.
    ///
    /// @throws SchemaException where the file holds no model that can be read
    public static TfliteFile open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (InternalError e) {
            throw changed(e);
        }
    }

    /// Reads a whole file.
    ///
    /// @throws SchemaException where the bytes hold no model that can be read
    public static TfliteFile read(MemorySegment file) {
        MemorySegment bytes = file.asReadOnly();
        FlatBuffer buffer = new FlatBuffer(bytes);
        ModelTable model = Decoder.model(buffer.root(Decoder.IDENTIFIER));
        if (model.version() != VERSION) {
            throw new SchemaException(
                    SchemaError.VERSION, -1, "the schema has version %d instead of 3".formatted(model.version()));
        }
        return new TfliteFile(model, trailing(bytes, buffer.end()));
    }

    /// Writes a model and what is to be appended to it, in one go from front to back.
    ///
    /// Memory is needed for the tables only: constants are copied from where they lie. The same model gives the
    /// same bytes. A zip archive in `trailing` is adjusted so that its offsets count from the file's beginning.
    ///
    /// @throws SchemaException where the model does not fit into the format
    public static void write(ModelTable model, Bytes trailing, WritableByteChannel out) throws IOException {
        write(model, trailing, out, MAX_FLAT_BUFFER);
    }

    /// The bytes of a file.
    ///
    /// @throws SchemaException where the model does not fit into the format or into an array
    public static byte[] toByteArray(ModelTable model, Bytes trailing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(model, trailing, Channels.newChannel(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// @param limit the size from which on constants go behind the FlatBuffer
    static void write(ModelTable model, Bytes trailing, WritableByteChannel out, long limit) throws IOException {
        try {
            FlatLayout layout = layOut(model, trailing, limit);
            layout.writeTo(out);
            FlatLayout.copy(appended(trailing, layout.size()), out);
        } catch (InternalError e) {
            throw changed(e);
        }
    }

    private static FlatLayout layOut(ModelTable model, Bytes trailing, long limit) {
        FlatLayout inside = FlatWriter.layOut(model, false);
        if (inside.size() + trailing.byteSize() <= limit) {
            return inside;
        }
        FlatLayout outside = FlatWriter.layOut(model, true);
        if (outside.flatBufferSize() > limit) {
            throw new SchemaException(
                    SchemaError.TOO_LARGE,
                    -1,
                    "the model takes %d bytes without its constants".formatted(outside.flatBufferSize()));
        }
        return outside;
    }

    /// What is written behind `before` bytes: an archive counts from the beginning of the file.
    private static Bytes appended(Bytes trailing, long before) {
        ZipTail archive = ZipTail.find(trailing.segment(), 0);
        return archive != null && archive.start() == 0 ? archive.countedFrom(before) : trailing;
    }

    /// The JVM throws an InternalError where a mapped file has become shorter than its map.
    private static SchemaException changed(InternalError error) {
        return new SchemaException(SchemaError.CHANGED, -1, "a mapped file could not be read", error);
    }

    /// What lies behind the last byte that the model refers to.
    private static Bytes trailing(MemorySegment file, long end) {
        ZipTail archive = ZipTail.find(file, end);
        if (archive != null) {
            return archive.countedFrom(0);
        }
        long start = file.byteSize();
        while (start > end && file.get(ValueLayout.JAVA_BYTE, start - 1) == 0) {
            start--;
        }
        return start == end ? Bytes.EMPTY : Bytes.of(file.asSlice(end));
    }
}
