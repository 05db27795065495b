package dev.lithe.importers.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file mapped for reading, for as long as anything refers to its bytes.
public final class MappedFile {
    private MappedFile() {}

    /// @throws MalformedModelException (LQ0150) where the file is missing or cannot be read
    public static Bytes map(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return Bytes.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// The whole file on the heap; for small files only.
    ///
    /// @throws MalformedModelException (LQ0150) where the file is missing, cannot be read or has
    ///     more than `limit` bytes
    public static byte[] read(Path file, long limit) {
        try {
            long size = Files.size(file);
            if (size > limit) {
                throw new MalformedModelException(
                        "LQ0150",
                        Location.file(file.toString()),
                        "has " + size + " bytes, more than the " + limit + " that such a file can have",
                        "export the model again; this is no file of that kind.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static MalformedModelException unreadable(Path file, IOException e) {
        boolean missing = e instanceof NoSuchFileException;
        return new MalformedModelException(
                "LQ0150",
                Location.file(file.toString()),
                missing ? "is missing" : "cannot be read: " + e.getMessage(),
                missing
                        ? "copy the whole folder of the model, all files of its folder 'variables' included."
                        : "check that it is a file and that you may read it.",
                e);
    }
}
