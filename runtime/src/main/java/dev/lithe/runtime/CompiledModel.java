package dev.lithe.runtime;

import dev.lithe.graph.Model;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.internal.CompiledSubgraph;
import dev.lithe.runtime.internal.Execution;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A model ready to run: kernels are chosen and prepared, constants unpacked. Immutable; any number of
/// contexts, on any threads, share it.
public final class CompiledModel {
    private final Model model;
    private final PlanOptions options;
    private final Map<Integer, CompiledSubgraph> subgraphs;
    private final String kernels;
    private final long constantBytes;

    CompiledModel(
            Model model,
            PlanOptions options,
            Map<Integer, CompiledSubgraph> subgraphs,
            String kernels,
            long constantBytes) {
        this.model = model;
        this.options = options;
        this.subgraphs = subgraphs;
        this.kernels = kernels;
        this.constantBytes = constantBytes;
    }

    public Model model() {
        return model;
    }

    public PlanOptions options() {
        return options;
    }

    /// The kernels that were chosen: `reference`, or the name of what comes before them (`simd-512`).
    public String kernels() {
        return kernels;
    }

    /// The bytes of the unpacked constants, which all contexts share.
    public long constantBytes() {
        return constantBytes;
    }

    /// A context for the primary subgraph.
    public ExecutionContext newContext() {
        return newContext(0);
    }

    /// A context for a subgraph that a signature enters.
    ///
    /// @throws IllegalArgumentException where no signature enters it
    public ExecutionContext newContext(int subgraph) {
        Execution execution =
                new Execution(subgraphs, model.source(), options.memoryLimit() - constantBytes, options.stepLimit());
        return new ExecutionContext(execution, execution.entry(subgraph));
    }

    static List<TensorSpec> specs(CompiledSubgraph code, int[] positions) {
        return IntStream.of(positions).mapToObj(i -> code.specs()[i]).toList();
    }
}
