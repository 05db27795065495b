package dev.lithe.runtime.internal;

import dev.lithe.graph.ClosedException;
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
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// All that changes while one context runs: the states of the subgraphs that it reaches.
public final class Execution {
    /// How many calls' shapes are kept: more than models have places that call, less than a loop may
    /// change shapes.
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
    private final ReentrantLock turn = new ReentrantLock();
    private volatile boolean cancelled;
    private volatile boolean closed;
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

    /// The bytes of the arrays of a subgraph and of all that it calls, each counted once: a subgraph has
    /// one state.
    public long arenaBytes(int subgraph) {
        long bytes = Math.addExact(state(subgraph).plan().bytes(), VariableBytes.of(code.values()));
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

    /// The shapes of a subgraph's outputs for inputs of these shapes, or null where values decide. Kept,
    /// because calls may meet again in many ways.
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
    /// @throws CancellationException where the thread was interrupted (the flag stays set) or the run was
    ///     cancelled
    /// @throws ClosedException where the context was closed, before the run or during it
    public void run(SubgraphState entry) {
        if (turn.isHeldByCurrentThread() || !turn.tryLock()) {
            throw new IllegalStateException("the context is running already");
        }
        try {
            requireOpen();
            cancelled = false;
            steps = 0;
            entry.run();
        } finally {
            if (closed) {
                release();
            }
            turn.unlock();
        }
    }

    /// Ends the run that is under way, if any, before its next operator.
    public void cancel() {
        cancelled = true;
    }

    /// Lets go of all memory. A run that is under way on another thread ends before its next operator;
    /// this waits for it, so that nothing is read or written any more when this returns.
    public void close() {
        closed = true;
        if (turn.isHeldByCurrentThread()) {
            return; // an observer closes: the run is told before its next operator, and lets go
        }
        turn.lock();
        try {
            release();
        } finally {
            turn.unlock();
        }
    }

    private void release() {
        states.values().forEach(SubgraphState::release);
        states.clear();
        resources.reset();
        outputShapes.clear();
    }

    /// @throws ClosedException where the context is closed
    public void requireOpen() {
        if (closed) {
            throw new ClosedException(
                    "LQ0701", Location.file(source), "the context is closed", "make a new one of the compiled model.");
        }
    }

    /// Looks whether the run is to go on with operator `next`.
    void requireUncancelled(int next) {
        requireOpen();
        if (cancelled || Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the run was cancelled before operator " + next);
        }
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
