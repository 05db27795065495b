package dev.lithe.oracle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the runtime is to do with one model: load it, build an interpreter, allocate its tensors, then run the
/// invocations one after the other. Without invocations it stops after allocation, which tells whether the runtime
/// takes the file.
///
/// @param kernels the kernel set
/// @param preserveAll whether every tensor of the subgraph keeps its own memory and is returned, not only the outputs
///     (LiteRT's `SetPreserveAllTensors`); see [OracleRun#tensors()] for what is left out
/// @param verify whether the FlatBuffer is verified before use, as the C and Java interfaces of LiteRT do (default).
///     The Python interface does not, so to see what it would do with a malformed file, which may be a crash, switch
///     this off.
/// @param signature the key of the signature whose subgraph is run, `null` for the primary subgraph
/// @param invocations the runs, in order
/// @param timeout how long the whole request may take, 60 s by default; the process is killed then
public record OracleRequest(
        OracleKernels kernels,
        boolean preserveAll,
        boolean verify,
        @Nullable String signature,
        List<OracleInvocation> invocations,
        Duration timeout) {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    public OracleRequest {
        invocations = List.copyOf(invocations);
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("the timeout must be positive, is " + timeout);
        }
    }

    /// A request that loads and allocates only, with the kernels named; add invocations to it.
    public static OracleRequest of(OracleKernels kernels) {
        return new OracleRequest(kernels, false, true, null, List.of(), DEFAULT_TIMEOUT);
    }

    /// The same request with this invocation after those it has.
    public OracleRequest withInvocation(OracleInvocation invocation) {
        List<OracleInvocation> all = new ArrayList<>(invocations);
        all.add(invocation);
        return withInvocations(all);
    }

    /// The same request with these invocations instead of those it has.
    public OracleRequest withInvocations(List<OracleInvocation> all) {
        return new OracleRequest(kernels, preserveAll, verify, signature, all, timeout);
    }

    /// The same request, with or without intermediate tensors in the result.
    public OracleRequest withPreserveAll(boolean preserve) {
        return new OracleRequest(kernels, preserve, verify, signature, invocations, timeout);
    }

    /// The same request, with or without verification of the FlatBuffer.
    public OracleRequest withVerify(boolean verifyFirst) {
        return new OracleRequest(kernels, preserveAll, verifyFirst, signature, invocations, timeout);
    }

    /// The same request on a signature, or on the primary subgraph (`null`).
    public OracleRequest withSignature(@Nullable String key) {
        return new OracleRequest(kernels, preserveAll, verify, key, invocations, timeout);
    }

    /// The same request with another time limit.
    public OracleRequest withTimeout(Duration limit) {
        return new OracleRequest(kernels, preserveAll, verify, signature, invocations, limit);
    }
}
