package dev.lithe.datasets.internal;

import dev.lithe.graph.Location;
import dev.lithe.graph.OutputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Files that appear whole or not at all: written beside their place, then moved into it.
public final class AtomicFile {
    /// Writes the content.
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    public static void write(Path path, Content content) {
        Path absolute = path.toAbsolutePath();
        Path part = null;
        try {
            if (Files.isDirectory(absolute)) {
                throw new FileSystemException(path.toString(), null, "it is a folder");
            }
            String unique = "." + absolute.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part";
            part = absolute.resolveSibling(unique);
            try (OutputStream out = new BufferedOutputStream(
                    Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), 1 << 16)) {
                content.writeTo(out);
            }
            Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
            part = null;
        } catch (IOException e) {
            throw new OutputException(
                    "LQ0601",
                    Location.file(path.toString()),
                    "it cannot be written (" + e + ")",
                    "check that the folder exists, may be written to and has room.",
                    e);
        } finally {
            delete(part);
        }
    }

    private static void delete(@Nullable Path part) {
        if (part != null) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                part.toFile().deleteOnExit();
            }
        }
    }
}
