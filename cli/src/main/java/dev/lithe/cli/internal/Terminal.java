package dev.lithe.cli.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command prints.
///
/// @param out results
/// @param err errors, warnings, progress
/// @param interactive whether `err` is a terminal, so that a line may be drawn over
/// @param debug whether unexpected errors come with their stack trace
public record Terminal(PrintStream out, PrintStream err, boolean interactive, boolean debug) {
    /// Standard output and error of this process. The JVM cannot ask whether standard error alone is a
    /// terminal: the launcher does and says so in a system property.
    public static Terminal ofProcess() {
        String debug = System.getenv("LITHE_DEBUG");
        return new Terminal(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Boolean.getBoolean("lithe.terminal"),
                debug != null && !debug.isEmpty());
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /// Whether everything that was printed has arrived (a full disk behind a redirection, say, refuses it).
    public boolean flushed() {
        return !out.checkError();
    }
}
