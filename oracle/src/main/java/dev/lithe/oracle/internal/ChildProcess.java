package dev.lithe.oracle.internal;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A running [OracleChild], with its pipes and the file that gets its standard error.
final class ChildProcess {
    private static final int LOG_LIMIT = 1 << 16;

    private final Process process;
    private final Path log;
    private final DataInputStream in;
    private final DataOutputStream out;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
    }

    /// Starts a process that keeps its files in a folder.
    static ChildProcess start(Path folder) throws IOException {
        Path log = Files.createTempFile(folder, "oracle", ".log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-Xss8m", // as a C program's main thread has
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorLogTimeout=4", // writing the report may hang where the heap is destroyed
                "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"),
                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("native"),
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                OracleChild.class.getName());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(log.toFile())
                .start();
        return new ChildProcess(process, log);
    }

    DataInputStream in() {
        return in;
    }

    DataOutputStream out() {
        return out;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void kill() {
        process.destroyForcibly();
    }

    /// Waits for the end, and brings it about where it does not come by itself.
    int exitCode() {
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for LiteRT's process to end", e);
        }
    }

    /// Closes the pipe that the child reads from, so that it ends.
    void endInput() throws IOException {
        out.close();
    }

    long logSize() {
        try {
            return Files.size(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What was written to standard error from a position on, the last part of it if it is long.
    String logFrom(long position) {
        try (FileChannel channel = FileChannel.open(log)) {
            long size = channel.size();
            long from = Math.max(position, size - LOG_LIMIT);
            ByteBuffer buffer = ByteBuffer.allocate((int) (size - from));
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
                // until it is full or the file ends
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The class path that the child needs, whatever the class or module path of this process looks like
    /// (build tools hide theirs in a manifest): the places of one thing out of each artifact.
    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        for (String resource : List.of(
                "dev/lithe/oracle/internal/OracleChild.class",
                "org/bytedeco/javacpp/Pointer.class",
                "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so",
                "org/bytedeco/tensorflowlite/Interpreter.class",
                "org/bytedeco/tensorflowlite/linux-x86_64/libjnitensorflowlite.so")) {
            places.add(place(resource));
        }
        return String.join(System.getProperty("path.separator"), places);
    }

    /// The jar or folder that holds a resource.
    private static String place(String resource) {
        URL url = ChildProcess.class.getClassLoader().getResource(resource);
        if (url == null) {
            throw new IllegalStateException("the class path holds no " + resource
                    + ": org.bytedeco:javacpp and org.bytedeco:tensorflow-lite are needed, each with and without the"
                    + " classifier linux-x86_64");
        }
        String text = url.toString();
        String base = text.startsWith("jar:")
                ? text.substring("jar:".length(), text.indexOf("!/"))
                : text.substring(0, text.length() - resource.length());
        try {
            return Path.of(new URI(base)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot locate " + url, e);
        }
    }
}
