package dev.lithe.runtime;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.internal.CompiledSubgraph;
import dev.lithe.runtime.internal.Execution;
import dev.lithe.runtime.internal.SubgraphState;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// The memory of one run at a time: an arena that the tensors share, inputs, variables. Used by one thread at
/// a time; several contexts of a [CompiledModel] run side by side.
///
/// Inputs and outputs are addressed by position in the subgraph's lists, or by id.
public final class ExecutionContext {
    private final Execution execution;
    private final SubgraphState state;

    ExecutionContext(Execution execution, CompiledSubgraph entry) {
        this.execution = execution;
        this.state = execution.state(entry.index());
    }

    /// A context for another entry of the model that shares this one's memory and state: what one signature assigns to
    /// a resource variable, the other one reads. The two run one after the other.
    ///
    /// @throws IllegalArgumentException where no signature enters `subgraph`
    public ExecutionContext entering(int subgraph) {
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
    /// anything runs; tensors whose shape depends on computed values come on top when they are computed.
    ///
    /// @throws InvalidModelException where the present input shapes do not fit the model
    public long arenaBytes() {
        return execution.arenaBytes(state.code().index());
    }

    /// Lets input `index` be `tensor`. Its array is read, not copied, by every run until another one is set.
    ///
    /// @throws DatasetException where type or shape is not the input's (see [#resizeInput])
    public void setInput(int index, Tensor tensor) {
        TensorSpec spec = inputs().get(index);
        Shape shape = state.inputShape(index);
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

    /// The input's own tensor, for the caller to fill in. Valid until the input is resized.
    public Tensor input(int index) {
        return state.ownInput(index);
    }

    /// Gives input `index` another shape and plans the context anew: all shapes are inferred again. What was
    /// bound to this input is dropped; variables stay.
    ///
    /// @throws DatasetException where the model cannot take the shape
    public void resizeInput(int index, Shape shape) {
        Shape before = state.inputShape(index);
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

    /// Runs the subgraph. Between operators it looks whether the thread was interrupted.
    ///
    /// @throws CancellationException where it was; the flag stays set, and the context may run again
    /// @throws DatasetException where an operator fails on the values at hand, or the run takes more steps than
    ///     [PlanOptions#stepLimit()] allows
    public void run() {
        execution.run(state);
    }

    /// Output `index` of the last run. Valid until the next one: copy what must last.
    public Tensor output(int index) {
        return state.output(index);
    }

    /// The tensor as the last run left it: an output or an observed tensor.
    ///
    /// @throws IllegalArgumentException where its memory may have been used again
    public Tensor tensor(TensorId id) {
        int position = state.code().position(id);
        boolean kept = state.code().observed()[position]
                || state.code().subgraph().outputs().contains(id)
                || state.code().subgraph().inputs().contains(id)
                || state.code().specs()[position].isConstant()
                || state.code().specs()[position].variable();
        if (!kept) {
            throw new IllegalArgumentException(
                    id + " is not kept: name it in PlanOptions.observe to look at it after a run");
        }
        return state.tensor(position);
    }

    /// Sets all variables to their initial value, 0, and forgets what CALL_ONCE operators have initialized: the
    /// next run initializes again.
    public void resetVariables() {
        execution.resetVariables();
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
