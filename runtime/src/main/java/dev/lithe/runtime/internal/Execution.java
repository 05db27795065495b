package dev.lithe.runtime.internal;

import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// All that changes while one context runs: the states of the subgraphs that it reaches.
public final class Execution {
    private final Map<Integer, CompiledSubgraph> code;
    private final String source;
    private final long limit;
    private final Map<Integer, SubgraphState> states = new TreeMap<>();
    private BiConsumer<TensorId, Tensor> observer = (id, tensor) -> {};

    /// @param limit the bytes that the context may take
    public Execution(Map<Integer, CompiledSubgraph> code, String source, long limit) {
        this.code = code;
        this.source = source;
        this.limit = limit;
    }

    public SubgraphState state(int subgraph) {
        return states.computeIfAbsent(subgraph, index -> {
            CompiledSubgraph compiled = code.get(index);
            if (compiled == null) {
                throw new IllegalStateException("subgraph " + index + " was not compiled");
            }
            return new SubgraphState(compiled, this);
        });
    }

    public void observe(BiConsumer<TensorId, Tensor> newObserver) {
        observer = newObserver;
    }

    public void resetVariables() {
        states.values().forEach(SubgraphState::resetVariables);
    }

    /// The bytes of the arrays of a subgraph and of those that it calls.
    public long arenaBytes(int subgraph) {
        long bytes = state(subgraph).plan().bytes();
        for (int call : state(subgraph).code().calls()) {
            bytes = Math.addExact(bytes, calleeBytes(call));
        }
        return bytes;
    }

    /// A subgraph that is called may have inputs of unknown shape: it counts when it has run once.
    private long calleeBytes(int subgraph) {
        return state(subgraph).hasPlan() ? arenaBytes(subgraph) : 0;
    }

    void deliver(TensorId id, Tensor tensor) {
        observer.accept(id, tensor);
    }

    Tensor[] invoke(int subgraph, Tensor[] inputs) {
        return state(subgraph).call(inputs);
    }

    public String source() {
        return source;
    }

    long limit() {
        return limit;
    }
}
