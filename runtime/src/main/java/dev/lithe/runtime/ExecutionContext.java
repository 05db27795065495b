package dev.lithe.runtime;

import dev.lithe.graph.ClosedException;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.internal.CallerMemory;
import dev.lithe.runtime.internal.CompiledSubgraph;
import dev.lithe.runtime.internal.Execution;
import dev.lithe.runtime.internal.SubgraphState;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// The memory of one run at a time: an arena that the tensors share, inputs, variables. Used by one thread at
/// a time; several contexts of a [CompiledModel] run side by side. Only [#cancel()] and [#close()] are for
/// other threads.
///
/// Inputs and outputs are addressed by position in the subgraph's lists, or by id. They may lie in the
/// caller's memory:
///
/// - a [Tensor], or a segment or buffer over a whole Java array of the element's kind: kernels read and write
///   that array, nothing is copied;
/// - native or mapped memory, a part of an array, read-only memory: moved in one piece, before the first
///   operator or after the last one.
///
/// (Kernels work on Java arrays. Moving an input once takes less time than reading native memory element
/// by element.) What is bound stays bound: a server binds its buffers once and only fills them and runs.
///
///     // once, for all threads
///     CompiledModel model = Runtime.compile(TfliteReader.read(file), PlanOptions.DEFAULT);
///
///     // in each thread
///     float[] pixels = new float[224 * 224 * 3];
///     float[] scores = new float[1000];
///     try (ExecutionContext context = model.newContext()) {
///         context.setInput(0, MemorySegment.ofArray(pixels));
///         context.setOutput(0, MemorySegment.ofArray(scores));
///         while (next(pixels)) {
///             context.run();
///             use(scores);
///         }
///     }
public final class ExecutionContext implements AutoCloseable {
    private final Execution execution;
    private final SubgraphState state;

    ExecutionContext(Execution execution, CompiledSubgraph entry) {
        this.execution = execution;
        this.state = execution.state(entry.index());
    }

    /// @throws ClosedException where the context is closed
    private SubgraphState open() {
        execution.requireOpen();
        return state;
    }

    /// A context for another entry of the model that shares this one's memory and state: what one
    /// signature assigns to a resource variable, the other one reads. The two run one after the other.
    ///
    /// @throws IllegalArgumentException where no signature enters `subgraph`
    public ExecutionContext entering(int subgraph) {
        execution.requireOpen();
        return new ExecutionContext(execution, execution.entry(subgraph));
    }

    public List<TensorSpec> inputs() {
        return CompiledModel.specs(state.code(), state.code().inputs());
    }

    public List<TensorSpec> outputs() {
        return CompiledModel.specs(state.code(), state.code().outputs());
    }

    /// The shape that input `index` has now.
    public Shape inputShape(int index) {
        return state.inputShape(index);
    }

    /// The bytes of all arrays that a run needs, inputs and variables included, constants aside. Known before
    /// anything runs; tensors whose shape depends on computed values come on top when they are computed, and
    /// what kernels work in: with SIMD, one array of floats as long as the largest 8-bit input of a
    /// convolution or dense layer.
    ///
    /// @throws InvalidModelException where the present input shapes do not fit the model
    public long arenaBytes() {
        return execution.arenaBytes(open().code().index());
    }

    /// Lets input `index` be `tensor`. Its array is read, not copied, by every run until another one is set.
    ///
    /// @throws DatasetException where type or shape is not the input's (see [#resizeInput])
    public void setInput(int index, Tensor tensor) {
        TensorSpec spec = inputs().get(index);
        Shape shape = open().inputShape(index);
        if (tensor.type() != spec.type() || !tensor.shape().equals(shape)) {
            throw new DatasetException(
                    "LQ0524",
                    location(spec),
                    "input " + index + " is " + spec.type() + shape + ", given is " + tensor,
                    "give the input's type and shape, or resize the input first.");
        }
        state.bind(index, tensor);
    }

    public void setInput(TensorId id, Tensor tensor) {
        setInput(inputIndex(id), tensor);
    }

    /// Lets input `index` be what `memory` holds at each run, until another one is set or the input is
    /// resized: the elements row-major, each of its type's width and in the machine's byte order (types of
    /// less than a byte one a byte).
    ///
    /// @throws DatasetException where the memory has not exactly the tensor's size (LQ0527) or is not
    ///     aligned to its elements (LQ0528); here and in [#run()] where it has been given back or
    ///     belongs to another thread (LQ0529)
    public void setInput(int index, MemorySegment memory) {
        TensorSpec spec = inputs().get(index);
        CallerMemory given = new CallerMemory(memory, location(spec));
        given.check(spec, open().inputShape(index), false);
        state.bind(index, given);
    }

    /// As [#setInput(int, MemorySegment)] with what lies between the buffer's position and its limit now.
    ///
    /// @throws DatasetException also where the buffer's byte order is not the machine's (LQ0532)
    public void setInput(int index, Buffer buffer) {
        TensorSpec spec = inputs().get(index);
        setInput(index, Buffers.memory(buffer, spec.type(), location(spec)));
    }

    /// Lets the runs write output `index` to `tensor`, until another one is set, [#releaseOutputs()] or an
    /// input is resized. [#output] gives this tensor then. A run that fails leaves anything in it.
    ///
    /// @throws DatasetException where type or shape is not the output's (LQ0524); in [#run()] where the
    ///     array is also an input or another output (LQ0530), or the shape depends on values and has
    ///     come out as another one (LQ0531)
    public void setOutput(int index, Tensor tensor) {
        TensorSpec spec = outputs().get(index);
        Shape shape = open().outputShape(index);
        if (tensor.type() != spec.type() || (shape != null && !tensor.shape().equals(shape))) {
            throw new DatasetException(
                    "LQ0524",
                    location(spec),
                    "output " + index + " is " + spec.type() + (shape == null ? "" : shape) + ", given is " + tensor,
                    "give the output's type and shape.");
        }
        state.target(index, tensor);
    }

    /// Lets the runs write output `index` to `memory`, laid out as [#setInput(int, MemorySegment)] describes.
    ///
    /// @throws DatasetException as there, as [#setOutput(int, Tensor)] has it, where the memory is
    ///     read-only (LQ0529), and where the output's shape depends on values (LQ0531)
    public void setOutput(int index, MemorySegment memory) {
        TensorSpec spec = outputs().get(index);
        Shape shape = open().outputShape(index);
        if (shape == null) {
            throw new DatasetException(
                    "LQ0531",
                    location(spec),
                    "the shape of output " + index + " depends on values, so nobody knows its size before a run",
                    "take it from the context after the run, or give a tensor of the shape that you expect.");
        }
        CallerMemory given = new CallerMemory(memory, location(spec));
        given.check(spec, shape, true);
        state.target(index, given, shape);
    }

    /// As [#setOutput(int, MemorySegment)], between the buffer's position and its limit, which stay as
    /// they are.
    ///
    /// @throws DatasetException also where the buffer's byte order is not the machine's (LQ0532)
    public void setOutput(int index, Buffer buffer) {
        TensorSpec spec = outputs().get(index);
        setOutput(index, Buffers.memory(buffer, spec.type(), location(spec)));
    }

    /// Takes all outputs back into the context's own memory.
    public void releaseOutputs() {
        open().clearTargets();
    }

    /// Forgets all memory of the caller's.
    void releaseAll() {
        state.clearSources();
        state.clearTargets();
    }

    /// The input's own tensor, for the caller to fill in. Valid until the input is resized.
    public Tensor input(int index) {
        return open().ownInput(index);
    }

    /// Gives input `index` another shape and plans the context anew: all shapes are inferred again. What was
    /// bound to this input and to the outputs is dropped; variables stay.
    ///
    /// @throws DatasetException where the model cannot take the shape
    public void resizeInput(int index, Shape shape) {
        Shape before = open().inputShape(index);
        try {
            state.resizeInput(index, shape);
            state.prepare();
        } catch (InvalidModelException e) {
            state.resizeInput(index, before);
            throw new DatasetException("LQ0523", location(inputs().get(index)), e.what(), e.fix(), e);
        }
    }

    /// Gives all inputs new shapes at once, for shapes that only fit together.
    ///
    /// @throws DatasetException where the model cannot take the shapes
    public void resizeInputs(List<Shape> shapes) {
        execution.requireOpen();
        List<Shape> before =
                IntStream.range(0, shapes.size()).mapToObj(state::inputShape).toList();
        try {
            resizeAll(shapes);
            state.prepare();
        } catch (InvalidModelException e) {
            resizeAll(before);
            throw new DatasetException("LQ0523", location(inputs().getFirst()), e.what(), e.fix(), e);
        }
    }

    public void resizeInput(TensorId id, Shape shape) {
        resizeInput(inputIndex(id), shape);
    }

    private void resizeAll(List<Shape> shapes) {
        for (int i = 0; i < shapes.size(); i++) {
            state.resizeInput(i, shapes.get(i));
        }
    }

    /// Calls `observer` during [#run()] with each observed tensor as soon as its operator has run (inputs:
    /// before the first one). The tensor is only valid during the call.
    public void observe(BiConsumer<TensorId, Tensor> observer) {
        execution.observe(observer);
    }

    /// Runs the subgraph. Between operators it looks whether it was cancelled or the thread interrupted.
    ///
    /// @throws CancellationException where it was; the thread's flag stays set, and the context may run again
    /// @throws ClosedException where the context was closed, before the run or during it (LQ0701)
    /// @throws IllegalStateException where another thread runs the context at this time
    /// @throws DatasetException where an operator fails on the values at hand, or the run takes more steps
    ///     than [PlanOptions#stepLimit()] allows
    public void run() {
        execution.run(state);
    }

    /// Ends the run that is under way on another thread, if any, before its next operator.
    public void cancel() {
        execution.cancel();
    }

    /// Output `index` of the last run. Valid until the next one: copy what must last.
    public Tensor output(int index) {
        return open().output(index);
    }

    /// The tensor as the last run left it: an output or an observed tensor.
    ///
    /// @throws IllegalArgumentException where its memory may have been used again
    public Tensor tensor(TensorId id) {
        if (!keeps(id)) {
            throw new IllegalArgumentException(
                    id + " is not kept: name it in PlanOptions.observe to look at it after a run");
        }
        return state.tensor(state.code().position(id));
    }

    /// Whether nothing else uses the tensor's memory until the next run.
    boolean keeps(TensorId id) {
        int position = open().code().position(id);
        return state.code().observed()[position]
                || state.code().subgraph().outputs().contains(id)
                || state.code().subgraph().inputs().contains(id)
                || state.code().specs()[position].isConstant()
                || state.code().specs()[position].variable();
    }

    /// Sets all variables to their initial value, 0, and forgets what CALL_ONCE operators have
    /// initialized: the next run initializes again.
    public void resetVariables() {
        execution.requireOpen();
        execution.resetVariables();
    }

    /// Gives the memory back, the caller's too. A run on another thread is ended before its next operator,
    /// and waited for:
    /// afterwards nobody touches the caller's memory. All contexts of [#entering] close together. Using
    /// the context afterwards is an error (LQ0701); closing it again is not.
    @Override
    public void close() {
        execution.close();
    }

    private int inputIndex(TensorId id) {
        int index = state.code().subgraph().inputs().indexOf(id);
        if (index < 0) {
            throw new IllegalArgumentException(id + " is no input");
        }
        return index;
    }

    private Location location(TensorSpec spec) {
        return Location.tensor(execution.source(), state.code().index(), spec.name());
    }
}
