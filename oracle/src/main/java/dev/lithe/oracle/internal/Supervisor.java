package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleRequest;
import dev.lithe.oracle.OracleResult;
import dev.lithe.oracle.OracleStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps one child process going and sends it one request at a time.
public final class Supervisor implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern FATAL_SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+) \\(0x", Pattern.MULTILINE);
    private static final Map<Integer, String> SIGNALS =
            Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    private final Path folder;
    private @Nullable ChildProcess child;
    private boolean closed;

    public Supervisor() {
        try {
            folder = Files.createTempDirectory("lithe-oracle");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a request, in a new process if there is none that lives.
    public synchronized OracleResult run(Path model, OracleRequest request) {
        if (closed) {
            throw new IllegalStateException("the oracle is closed");
        }
        ChildProcess running = child();
        long logStart = running.logSize();
        Replies replies = new Replies(running.in());
        Deadline deadline = Deadline.start(running, request.timeout());
        boolean usable = false;
        try {
            Wire.writeJob(running.out(), new Wire.Job(model.toAbsolutePath(), request));
            OracleResult result = replies.readAll(() -> running.logFrom(logStart));
            usable = true;
            return result;
        } catch (IllegalArgumentException e) {
            usable = true;
            throw e;
        } catch (IOException e) {
            boolean late = deadline.disarm();
            int exitCode = running.exitCode();
            String log = running.logFrom(logStart);
            return late
                    ? new OracleResult.TimedOut(replies.stage(), request.timeout(), log)
                    : ended(replies.stage(), exitCode, log);
        } finally {
            boolean late = deadline.disarm();
            if (!usable || late) {
                discard(running);
            }
        }
    }

    private static OracleResult ended(OracleStage stage, int exitCode, String log) {
        if (exitCode == OracleChild.OWN_FAULT) {
            throw new IllegalStateException("the oracle's child process failed by its own fault:\n" + log);
        }
        return new OracleResult.Crashed(stage, exitCode, signal(exitCode, log), log);
    }

    private static String signal(int exitCode, String log) {
        Matcher fatal = FATAL_SIGNAL.matcher(log);
        if (fatal.find()) {
            return fatal.group(1);
        }
        int number = exitCode - 128;
        return number <= 0 ? "none" : SIGNALS.getOrDefault(number, "signal " + number);
    }

    private ChildProcess child() {
        ChildProcess current = child;
        if (current != null && current.isAlive()) {
            return current;
        }
        ChildProcess started;
        try {
            started = ChildProcess.start(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start LiteRT's process", e);
        }
        awaitReady(started);
        child = started;
        return started;
    }

    private static void awaitReady(ChildProcess started) {
        Deadline deadline = Deadline.start(started, START_LIMIT);
        int tag;
        try {
            tag = started.in().readUnsignedByte();
        } catch (IOException e) {
            started.kill();
            throw new IllegalStateException("LiteRT's process did not start:\n" + started.logFrom(0), e);
        } finally {
            deadline.disarm();
        }
        if (tag != Wire.READY) {
            started.kill();
            throw new IllegalStateException("LiteRT's process opened with message " + tag);
        }
    }

    private void discard(ChildProcess dead) {
        dead.kill();
        dead.exitCode();
        child = null;
    }

    /// Ends the process and deletes what it left.
    @Override
    public synchronized void close() {
        closed = true;
        if (child != null) {
            try {
                child.endInput();
            } catch (IOException e) {
                child.kill(); // the pipe is broken: it has ended or is about to
            }
            child.exitCode();
            child = null;
        }
        deleteFolder();
    }

    private void deleteFolder() {
        try (Stream<Path> tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
