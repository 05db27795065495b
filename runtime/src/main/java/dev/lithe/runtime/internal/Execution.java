package dev.lithe.runtime.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.Resources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// All that changes while one context runs: the states of the subgraphs that it reaches.
public final class Execution {
    /// How many calls' shapes are kept: more than models have places that call, less than a loop may change shapes.
    private static final int MOST_CALLS = 1024;

    private record Call(int subgraph, List<Shape> inputs) {}

    private final Map<Integer, CompiledSubgraph> code;
    private final String source;
    private final long limit;
    private final long stepLimit;
    private long steps;
    private final Map<Integer, SubgraphState> states = new TreeMap<>();
    private final Resources resources = new Resources();
    private final Map<Call, Optional<List<Shape>>> outputShapes = new HashMap<>();
    private BiConsumer<TensorId, Tensor> observer = (id, tensor) -> {};

    /// @param limit the bytes that the context may take
    /// @param stepLimit how many operators one run may execute
    public Execution(Map<Integer, CompiledSubgraph> code, String source, long limit, long stepLimit) {
        this.code = code;
        this.source = source;
        this.limit = limit;
        this.stepLimit = stepLimit;
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

    /// The code of an entry.
    ///
    /// @throws IllegalArgumentException where no signature enters the subgraph
    public CompiledSubgraph entry(int subgraph) {
        CompiledSubgraph entry = code.get(subgraph);
        if (entry == null) {
            throw new IllegalArgumentException("subgraph " + subgraph + " is no entry of " + source);
        }
        return entry;
    }

    public void observe(BiConsumer<TensorId, Tensor> newObserver) {
        observer = newObserver;
    }

    public void resetVariables() {
        states.values().forEach(SubgraphState::resetVariables);
        resources.reset();
    }

    /// The bytes of the arrays of a subgraph and of all that it calls, each counted once: a subgraph has one state.
    public long arenaBytes(int subgraph) {
        long bytes = state(subgraph).plan().bytes();
        Set<Integer> counted = new HashSet<>(Set.of(subgraph));
        Deque<Integer> open = new ArrayDeque<>(state(subgraph).code().calls());
        while (!open.isEmpty()) {
            int call = open.pop();
            // A subgraph that is called may have inputs of unknown shape: it counts when it has run once.
            if (counted.add(call) && state(call).hasPlan()) {
                bytes = Math.addExact(bytes, state(call).plan().bytes());
                open.addAll(state(call).code().calls());
            }
        }
        return bytes;
    }

    /// The shapes of a subgraph's outputs for inputs of these shapes, or null where values decide. Kept, because calls
    /// may meet again in many ways.
    @Nullable
    List<Shape> outputShapes(int subgraph, List<Shape> inputs) {
        Call call = new Call(subgraph, inputs);
        Optional<List<Shape>> known = outputShapes.get(call);
        if (known == null) {
            known = planOutputs(entry(subgraph), inputs);
            if (outputShapes.size() >= MOST_CALLS) {
                outputShapes.clear();
            }
            outputShapes.put(call, known);
        }
        return known.orElse(null);
    }

    /// A subgraph that does not take these inputs may never be called with them: that shows when it is.
    private Optional<List<Shape>> planOutputs(CompiledSubgraph callee, List<Shape> inputs) {
        if (inputs.size() != callee.inputs().length) {
            return Optional.empty();
        }
        try {
            ShapePlan plan = ShapePlanner.plan(callee, inputs.toArray(Shape[]::new), this::outputShapes);
            List<Shape> outputs = new ArrayList<>();
            for (int output : callee.outputs()) {
                Shape shape = plan.shapes()[output];
                if (shape == null) {
                    return Optional.empty();
                }
                outputs.add(shape);
            }
            return Optional.of(outputs);
        } catch (InvalidModelException e) {
            return Optional.empty();
        }
    }

    /// Runs a subgraph from outside: steps are counted from here.
    ///
    /// @throws java.util.concurrent.CancellationException where the thread was interrupted; the flag stays set
    public void run(SubgraphState entry) {
        steps = 0;
        entry.run();
    }

    /// Counts one operator.
    ///
    /// @throws DatasetException where that is one too many
    void step(Location location) {
        if (++steps > stepLimit) {
            throw new DatasetException(
                    "LQ0526",
                    location,
                    "the run has executed " + stepLimit + " operators, and may not execute more",
                    "look for a loop that these inputs never end, or plan with a higher stepLimit.");
        }
    }

    void deliver(TensorId id, Tensor tensor) {
        observer.accept(id, tensor);
    }

    Tensor[] invoke(int subgraph, Tensor[] inputs) {
        return state(subgraph).call(inputs);
    }

    Resources resources() {
        return resources;
    }

    public String source() {
        return source;
    }

    long limit() {
        return limit;
    }
}
