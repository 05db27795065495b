package dev.lithe.oracle;

import dev.lithe.oracle.internal.Supervisor;
import java.nio.file.Path;

/// The official LiteRT 2.21 runtime, in a forked JVM.
///
/// The process starts with the first request (about 0.5 s) and serves all that follow; each request loads its model
/// anew, so requests do not influence each other. A request that crashes or hangs the process costs a new process,
/// nothing else. Requests of several threads are served one after the other.
///
/// Only Linux on x86-64.
public final class Oracle implements AutoCloseable {
    private final Supervisor supervisor = new Supervisor();

    private Oracle() {}

    /// An oracle without a process yet.
    public static Oracle open() {
        return new Oracle();
    }

    /// Has the runtime load a model and run it.
    ///
    /// @param model a `.tflite` file; it must not change meanwhile, the runtime maps it
    /// @return what became of it: what the runtime computed, or how it failed. A file that does not exist counts as
    ///     [OracleResult.Rejected], in the runtime's words.
    /// @throws IllegalArgumentException if the request does not fit the model: an input missing or of the
    ///     wrong size, an input or a signature that the model does not have
    /// @throws IllegalStateException if the process cannot be started (the native library is missing, another
    ///     platform), or if this oracle is closed
    public OracleResult run(Path model, OracleRequest request) {
        return supervisor.run(model, request);
    }

    /// Ends the process and deletes its temporary files.
    @Override
    public void close() {
        supervisor.close();
    }
}
