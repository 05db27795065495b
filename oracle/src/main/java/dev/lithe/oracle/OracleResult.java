package dev.lithe.oracle;

import java.time.Duration;
import java.util.List;

/// What became of a request.
public sealed interface OracleResult {
    /// What the runtime and its process wrote to standard error meanwhile: its error reporter's text, a C++
    /// abort's reason, the JVM's fatal error message. At most the last 64 KiB.
    String log();

    /// The completed result.
    ///
    /// @throws IllegalStateException with the failure in words if the request did not complete
    default Completed orThrow() {
        return switch (this) {
            case Completed completed -> completed;
            case Rejected _, Crashed _, TimedOut _ -> throw new IllegalStateException(describe());
        };
    }

    /// The result in one line and, for a failure, the runtime's own words after it.
    default String describe() {
        return switch (this) {
            case Completed completed ->
                "LiteRT ran " + completed.runs().size() + " invocation(s): " + completed.outputs();
            case Rejected rejected -> "LiteRT rejected the model at " + rejected.stage() + ":\n" + rejected.log();
            case Crashed crashed ->
                "LiteRT crashed at " + crashed.stage() + " with " + crashed.signal() + " (exit code "
                        + crashed.exitCode() + "):\n" + crashed.log();
            case TimedOut late ->
                "LiteRT did not finish " + late.stage() + " within " + late.limit() + ":\n" + late.log();
        };
    }

    /// Everything that was asked for was done.
    ///
    /// @param inputs the inputs in the model's order, as they are after allocation (before any resizing)
    /// @param outputs the outputs in the model's order, as they are after allocation; a shape that depends on
    ///     values is not known then
    /// @param runs one per invocation, in order
    /// @param log warnings, if any
    record Completed(List<OracleTensorInfo> inputs, List<OracleTensorInfo> outputs, List<OracleRun> runs, String log)
            implements OracleResult {
        public Completed {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            runs = List.copyOf(runs);
        }
    }

    /// The runtime refused in an orderly way.
    ///
    /// @param stage where
    /// @param log why, in the runtime's own words; the text of a C++ exception if it threw one
    record Rejected(OracleStage stage, String log) implements OracleResult {}

    /// The process died of it.
    ///
    /// @param stage where
    /// @param exitCode the process's exit code, 128 + signal number if a signal ended it. A JVM that gets a SIGSEGV
    ///     in native code reports it and exits with 1.
    /// @param signal the name of the signal behind it, such as `SIGSEGV` or `SIGABRT`, `none` if there was none
    /// @param log what was written before the end
    record Crashed(OracleStage stage, int exitCode, String signal, String log) implements OracleResult {}

    /// The time limit passed, the process was killed.
    ///
    /// @param stage where
    /// @param limit the request's limit
    /// @param log what was written until then
    record TimedOut(OracleStage stage, Duration limit, String log) implements OracleResult {}
}
