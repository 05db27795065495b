package dev.lithe.runtime.internal;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Resources;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the kernel of one node sees. Created once per context: running allocates nothing.
final class NodeContext implements KernelContext {
    private final SubgraphState state;
    private final Execution execution;
    private final int[] inputs;
    private final int[] outputs;
    private @Nullable Object workspace;

    NodeContext(SubgraphState state, Execution execution, CompiledNode node) {
        this.state = state;
        this.execution = execution;
        this.inputs = node.inputs();
        this.outputs = node.outputs();
    }

    @Override
    public boolean hasInput(int index) {
        return index < inputs.length && inputs[index] >= 0;
    }

    @Override
    public Tensor input(int index) {
        return state.tensor(inputs[index]);
    }

    @Override
    public Tensor output(int index) {
        return state.tensor(outputs[index]);
    }

    @Override
    public Tensor resize(int index, Shape shape) {
        return state.resize(outputs[index], shape);
    }

    @Override
    public Tensor[] invoke(int subgraph, Tensor[] callInputs) {
        return execution.invoke(subgraph, callInputs);
    }

    @Override
    @SuppressWarnings("unchecked") // a node has one kernel, and a kernel one kind of workspace
    public <T> T workspace(Supplier<T> make) {
        Object present = workspace;
        if (present == null) {
            present = make.get();
            workspace = present;
        }
        return (T) present;
    }

    void release() {
        workspace = null;
    }

    @Override
    public Resources resources() {
        return execution.resources();
    }
}
