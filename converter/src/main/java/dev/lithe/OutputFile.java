package dev.lithe;

import dev.lithe.graph.Location;
import dev.lithe.graph.OutputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A file that appears whole or not at all. [#claim] checks its place before the long work starts; [#stage] writes
/// the content beside it; [#commit] moves that into place; [#close] drops what was staged and not committed.
///
///     try (OutputFile out = OutputFile.claim(path, false)) {
///         out.stage(channel -> …);
///         out.commit();
///     }
///
/// Used by one thread.
public final class OutputFile implements AutoCloseable {
    /// Writes the content.
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private static final AtomicLong COUNT = new AtomicLong();

    private final Path path;
    private final Path target;
    private final boolean replace;
    private @Nullable Path part;
    private @Nullable Thread cleaner;

    private OutputFile(Path path, Path target, boolean replace) {
        this.path = path;
        this.target = target;
        this.replace = replace;
    }

    /// Checks that `path` can be written.
    ///
    /// @param replace whether a file that exists there may be replaced; a link is followed
    /// @throws OutputException where `path` exists and may not be replaced (LQ0602), is a folder or device
    ///     (LQ0603), or lies in a folder that is missing (LQ0604) or refuses files (LQ0605)
    public static OutputFile claim(Path path, boolean replace) {
        if (Files.isDirectory(path)) {
            throw refusal("LQ0603", path, "the output is a folder", "name a file in it.");
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw refusal("LQ0603", path, "the output is a device, not a file", "name a file.");
        }
        if (!replace && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(path);
        }
        OutputFile file = new OutputFile(path, followed(path), replace);
        file.probe();
        return file;
    }

    /// The path as it was named.
    public Path path() {
        return path;
    }

    /// Writes the content beside the output, on the same file system; what was staged before is dropped.
    ///
    /// @throws OutputException where the content cannot be written (LQ0605)
    public void stage(Content content) {
        close();
        Path fresh = beside();
        part = fresh;
        Thread hook = new Thread(() -> delete(fresh));
        Runtime.getRuntime().addShutdownHook(hook);
        cleaner = hook;
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
        } catch (IOException | UncheckedIOException e) {
            close();
            throw unwritable(path, e);
        }
    }

    /// Bytes of the staged content.
    ///
    /// @throws IllegalStateException where nothing is staged
    public long stagedSize() {
        try {
            return Files.size(staged());
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /// Moves the staged content into place.
    ///
    /// @throws OutputException where another file has appeared there meanwhile (LQ0602) or the move fails (LQ0605)
    /// @throws IllegalStateException where nothing is staged
    public void commit() {
        Path from = staged();
        if (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(path);
        }
        try {
            Files.move(from, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
        close();
    }

    /// Drops what was staged and not committed.
    @Override
    public void close() {
        if (part != null) {
            delete(part);
            part = null;
        }
        if (cleaner != null) {
            forget(cleaner);
            cleaner = null;
        }
    }

    private Path staged() {
        if (part == null) {
            throw new IllegalStateException("nothing is staged for " + path);
        }
        return part;
    }

    /// Only creating a file tells for sure whether the folder takes one: permission bits say nothing about
    /// read-only file systems, quotas and the superuser.
    private void probe() {
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            throw refusal("LQ0604", path, "the folder " + folder + " does not exist", "create it first.");
        }
        Path probe = beside();
        try {
            Files.createFile(probe);
            Files.delete(probe);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private Path folder() {
        Path parent = target.toAbsolutePath().getParent();
        return parent == null ? target.toAbsolutePath() : parent;
    }

    private Path beside() {
        return folder().resolve(".lithe-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + ".part");
    }

    private static Path followed(Path path) {
        try {
            return Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path;
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook has run or is about to, and deletes a file that is gone already.
            return;
        }
    }

    private static OutputException exists(Path path) {
        return refusal(
                "LQ0602", path, "the output exists already", "name another one, or allow to replace it with --force.");
    }

    private static OutputException unwritable(Path path, Exception e) {
        return new OutputException(
                "LQ0605",
                Location.file(path.toString()),
                "the output cannot be written (" + e + ")",
                "check the permissions of its folder and the space on the disk.",
                e);
    }

    private static OutputException refusal(String code, Path path, String what, String fix) {
        return new OutputException(code, Location.file(path.toString()), what, fix);
    }
}
