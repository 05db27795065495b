package dev.lithe.runtime.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.LitheException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// One subgraph's memory in one context, and the loop that runs it.
public final class SubgraphState {
    private final CompiledSubgraph code;
    private final Execution execution;
    private final Memory memory;
    private final Shape[] inputShapes;
    private final @Nullable Tensor[] bound;
    private final @Nullable CallerMemory[] sources;
    private final OutputTargets targets;
    private final NodeContext[] contexts;
    private @Nullable ArenaPlan plan;
    private boolean running;
    private boolean diverged;
    private boolean placed;

    SubgraphState(CompiledSubgraph code, Execution execution) {
        this.code = code;
        this.execution = execution;
        this.memory = new Memory(code, execution);
        this.inputShapes = new Shape[code.inputs().length];
        this.bound = new Tensor[code.inputs().length];
        this.sources = new CallerMemory[code.inputs().length];
        this.targets = new OutputTargets(code, execution.source());
        for (int i = 0; i < inputShapes.length; i++) {
            inputShapes[i] = code.specs()[code.inputs()[i]].shape();
        }
        this.contexts = new NodeContext[code.nodes().size()];
        Arrays.setAll(
                contexts, n -> new NodeContext(this, execution, code.nodes().get(n)));
    }

    public CompiledSubgraph code() {
        return code;
    }

    /// The plan for the present input shapes.
    ///
    /// @throws InvalidModelException where the shapes do not fit the model
    ArenaPlan plan() {
        if (plan == null) {
            ShapePlan shapes = ShapePlanner.plan(code, inputShapes, execution::outputShapes);
            plan = ArenaPlan.of(code, shapes, execution.source(), execution.limit());
            memory.use(plan);
        }
        return plan;
    }

    /// Whether there is a plan, or one can be made of the shapes that the model declares.
    boolean hasPlan() {
        try {
            return plan() != null;
        } catch (LitheException e) {
            return false;
        }
    }

    public Shape inputShape(int index) {
        return inputShapes[index];
    }

    /// Gives an input another shape. The subgraph is planned anew when it runs; what was bound to the input
    /// and to the outputs is dropped.
    public void resizeInput(int index, Shape shape) {
        if (!shape.equals(inputShapes[index])) {
            inputShapes[index] = shape;
            bound[index] = null;
            sources[index] = null;
            targets.clear();
            plan = null;
        }
    }

    /// Makes the plan now where that was put off.
    public void prepare() {
        plan();
    }

    /// Lets the input be `tensor`, whose array is read when the subgraph runs and never written.
    public void bind(int index, Tensor tensor) {
        TensorSpec spec = code.specs()[code.inputs()[index]];
        bound[index] = tensor.withQuantization(spec.quantization());
        sources[index] = null;
    }

    /// Lets the input be what `memory` holds whenever the subgraph runs.
    public void bind(int index, CallerMemory memory) {
        Tensor tensor = memory.inPlace(code.specs()[code.inputs()[index]], inputShapes[index]);
        bound[index] = tensor;
        sources[index] = tensor == null ? memory : null;
    }

    /// Lets output `index` be the caller's tensor.
    public void target(int index, Tensor tensor) {
        TensorSpec spec = code.specs()[code.outputs()[index]];
        targets.set(index, tensor.withQuantization(spec.quantization()), null);
    }

    /// Lets output `index`, of a known shape, lie in the caller's memory.
    public void target(int index, CallerMemory memory, Shape shape) {
        Tensor tensor = memory.inPlace(code.specs()[code.outputs()[index]], shape);
        targets.set(index, tensor, tensor == null ? memory : null);
    }

    /// Ends the bindings of all inputs.
    public void clearSources() {
        Arrays.fill(bound, null);
        Arrays.fill(sources, null);
    }

    /// Takes all outputs back into the context's own memory.
    public void clearTargets() {
        targets.clear();
    }

    /// The shape of an output as far as it is known before a run, or null.
    public @Nullable Shape outputShape(int index) {
        return plan().shapes().shapes()[code.outputs()[index]];
    }

    /// The input's own tensor, to be filled by the caller. Ends a binding.
    public Tensor ownInput(int index) {
        plan();
        bound[index] = null;
        sources[index] = null;
        return memory.allocate(code.inputs()[index]);
    }

    public Tensor output(int index) {
        return tensor(code.outputs()[index]);
    }

    public Tensor tensor(int position) {
        plan();
        return memory.get(position);
    }

    void resetVariables() {
        memory.resetVariables();
    }

    /// Lets go of everything, the caller's memory too.
    void release() {
        plan = null;
        clearSources();
        targets.clear();
        memory.release();
        for (NodeContext context : contexts) {
            context.release();
        }
    }

    /// Gives an output of the running node another shape.
    Tensor resize(int position, Shape shape) {
        Shape planned = plan().shapes().shapes()[position];
        diverged |= planned != null && !planned.equals(shape);
        return memory.resize(position, shape);
    }

    /// Runs all operators in order, with the outputs where the caller wants them.
    void run() {
        run(true);
        targets.deliver(memory);
    }

    /// `outside`: a caller runs this subgraph, not an operator.
    private void run(boolean outside) {
        if (running) {
            throw new IllegalStateException("the context is running already");
        }
        running = true;
        try {
            ShapePlan shapes = plan().shapes();
            begin(outside);
            for (int n = 0; n < contexts.length; n++) {
                execution.requireUncancelled(n);
                step(n, code.nodes().get(n), shapes);
            }
        } finally {
            running = false;
        }
    }

    private void begin(boolean outside) {
        memory.begin(diverged || placed, outside ? targets.elsewhere() : null);
        diverged = false;
        placed = outside;
        placed = outside && targets.place(memory, bound);
        for (int i = 0; i < bound.length; i++) {
            int position = code.inputs()[i];
            Tensor given = bound[i];
            if (given != null) {
                memory.put(position, given);
            } else {
                Tensor own = memory.allocate(position);
                CallerMemory source = sources[i];
                if (source != null) {
                    source.read(own);
                }
            }
            deliver(position);
        }
    }

    private void step(int index, CompiledNode node, ShapePlan shapes) {
        execution.step(node.location());
        if (!shapes.folded()[index]) {
            try {
                if (shapes.dynamic()[index] || diverged) {
                    findShapes(node);
                }
                node.kernel().run(contexts[index]);
            } catch (LitheException | CancellationException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new DatasetException(
                        "LQ0525",
                        node.location(),
                        "fails on these values: " + e,
                        "check the values of the inputs (indices, sizes, divisors).",
                        e);
            }
        }
        for (int output : node.outputs()) {
            deliver(output);
        }
        for (int variable : node.variables()) {
            deliver(variable);
        }
    }

    private void deliver(int position) {
        if (position >= 0 && code.observed()[position]) {
            execution.deliver(code.specs()[position].id(), memory.get(position));
        }
    }

    /// Finds the shapes of a node's outputs from what its inputs are now; a kernel whose outputs depend on
    /// more than that resizes them itself.
    private void findShapes(CompiledNode node) {
        Shape[] shapes = new Shape[node.inputs().length];
        for (int i = 0; i < shapes.length; i++) {
            int position = node.inputs()[i];
            shapes[i] = position < 0 ? Shape.SCALAR : memory.get(position).shape();
        }
        List<Shape> inferred = ShapePlanner.infer(node, shapes, memory::get);
        for (int i = 0; i < inferred.size(); i++) {
            int output = node.outputs()[i];
            if (output >= 0 && inferred.get(i).isKnown()) {
                resize(output, inferred.get(i));
            }
        }
    }

    /// Runs the subgraph on copies of `values`. The results are valid until it runs again.
    Tensor[] call(Tensor[] values) {
        if (values.length != bound.length) {
            throw new InvalidModelException(
                    "LQ0224",
                    new Location(execution.source(), code.index(), -1, null, null),
                    "is called with " + values.length + " inputs and has " + bound.length,
                    "export the model again.");
        }
        Tensor[] sources = detached(values);
        for (int i = 0; i < sources.length; i++) {
            resizeInput(i, sources[i].shape());
        }
        for (int i = 0; i < sources.length; i++) {
            Tensor own = ownInput(i);
            int units = own.elementCount() * Tensor.unitsPerElement(own.type());
            System.arraycopy(sources[i].array(), 0, own.array(), 0, units);
        }
        run(false);
        Tensor[] results = new Tensor[code.outputs().length];
        Arrays.setAll(results, this::output);
        return results;
    }

    /// Results of an earlier call may be this subgraph's own inputs: those that would be overwritten before
    /// they are read are copied.
    private Tensor[] detached(Tensor[] values) {
        Tensor[] sources = values.clone();
        for (int i = 0; i < sources.length; i++) {
            Object array = Objects.requireNonNull(sources[i]).array();
            for (int j = 0; j < sources.length; j++) {
                if (j != i && array == memory.array(code.inputs()[j])) {
                    sources[i] = sources[i].copy();
                    break;
                }
            }
        }
        return sources;
    }
}
