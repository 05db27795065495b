package dev.lithe.cli.internal;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/// An error as the user sees it: what, every offender, how to fix it, a stable code, and the exit code.
///
/// @param cause the exception itself where it was not expected, so that its trace can be shown
record Failure(
        int exitCode,
        String code,
        String message,
        String fix,
        List<Offender> offenders,
        @Nullable Throwable cause) {

    private static final int LONGEST_TENSOR = 60;

    static Failure of(Throwable thrown, boolean traced) {
        return switch (thrown) {
            case LitheException e -> new Failure(ExitCodes.FAILED, e.code(), e.what(), e.fix(), e.offenders(), null);
            case UsageException e -> usage(e.code(), String.valueOf(e.getMessage()), e.fix());
            case ParameterException e -> UsageErrors.of(e);
            case OutOfMemoryError _ ->
                plain(
                        "LQ0902",
                        "the memory does not suffice for this model (the heap may take "
                                + (Runtime.getRuntime().maxMemory() >> 20) + " MB)",
                        "allow a larger heap with the environment variable LITHE_JAVA_OPTIONS=-Xmx4g, say.");
            case StackOverflowError _ ->
                plain(
                        "LQ0903",
                        "the model is nested too deeply for the stack",
                        "allow a larger stack with the environment variable LITHE_JAVA_OPTIONS=-Xss16m, say.");
            case FileSystemException e -> ofFile(e);
            default -> unexpected(thrown, traced);
        };
    }

    static Failure usage(String code, String message, String fix) {
        return new Failure(ExitCodes.USAGE, code, message, fix, List.of(), null);
    }

    private static Failure plain(String code, String message, String fix) {
        return new Failure(ExitCodes.FAILED, code, message, fix, List.of(), null);
    }

    private static Failure ofFile(FileSystemException e) {
        String reason = switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "reading it is not permitted";
            default -> String.valueOf(e.getReason() == null ? e.toString() : e.getReason());
        };
        return plain("LQ0904", e.getFile() + ": " + reason, "check the path and the permissions.");
    }

    private static Failure unexpected(Throwable thrown, boolean traced) {
        String hint = traced ? "the stack trace below" : "what --verbose prints";
        return new Failure(
                ExitCodes.FAILED,
                "LQ0901",
                "Lithe failed in a way that it should not: " + thrown,
                "this is a fault in Lithe: please report it with the command line, the model if you can share it, and "
                        + hint + ".",
                List.of(),
                thrown);
    }

    /// As architecture.md has it: the message, every offender on a line of its own, `Fix:` and the code.
    void print(PrintStream err, boolean traced) {
        StringBuilder text = new StringBuilder(message);
        offenders.forEach(offender -> text.append("\n  ").append(shortened(offender)));
        text.append("\nFix: ").append(fix).append(" [").append(code).append("]");
        err.println(text);
        if (traced && cause != null) {
            cause.printStackTrace(err);
        }
    }

    /// Names of fused tensors run to hundreds of characters; JSON has them whole.
    private static Offender shortened(Offender offender) {
        Location at = offender.location();
        String tensor = at.tensor() == null ? null : Text.shortened(at.tensor(), LONGEST_TENSOR);
        return new Offender(
                new Location(at.file(), at.subgraph(), at.operatorIndex(), at.operator(), tensor), offender.what());
    }

    Map<String, Object> json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        error.put("fix", fix);
        error.put("offenders", offenders.stream().map(Failure::json).toList());
        return Map.of("error", error);
    }

    private static Map<String, Object> json(Offender offender) {
        Location location = offender.location();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("what", offender.what());
        map.put("file", location.file());
        map.put("subgraph", location.subgraph() < 0 ? null : location.subgraph());
        map.put("operator_index", location.operatorIndex() < 0 ? null : location.operatorIndex());
        map.put("operator", location.operator());
        map.put("tensor", location.tensor());
        map.values().removeIf(value -> value == null);
        return map;
    }
}
