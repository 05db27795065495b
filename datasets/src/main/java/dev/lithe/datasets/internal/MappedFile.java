package dev.lithe.datasets.internal;

import dev.lithe.graph.DatasetException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/// Files as read-only memory: nothing of a large one is loaded before it is used, and its pages may be dropped
/// again.
public final class MappedFile {
    /// Smaller files are read: mapping costs more, and systems limit the number of mappings of a process.
    private static final long LEAST_MAPPED = 1 << 20;

    private MappedFile() {}

    /// The whole of `path`; a mapping lives as long as anything refers to it.
    public static MemorySegment map(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() < LEAST_MAPPED) {
                return MemorySegment.ofArray(Files.readAllBytes(path)).asReadOnly();
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw DataErrors.unreadable(path, e);
        }
    }

    /// Runs `read`, which touches mapped memory: where the file was cut short since it was mapped the JVM throws
    /// an InternalError, which becomes the error of a damaged file.
    public static <T> T guarded(String location, Supplier<T> read) {
        try {
            return read.get();
        } catch (InternalError e) {
            DatasetException cut = DataErrors.damaged(location, "the file became shorter while it was read");
            cut.addSuppressed(e);
            throw cut;
        }
    }
}
