package dev.lithe.operators;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.util.function.Supplier;

/// What a kernel sees when it runs. Shapes are known and outputs allocated.
public interface KernelContext {
    boolean hasInput(int index);

    Tensor input(int index);

    Tensor output(int index);

    /// Gives output `index` another shape; for operators whose output shape depends on values.
    Tensor resize(int index, Shape shape);

    /// Runs another subgraph of the model on `inputs` and gives its outputs.
    Tensor[] invoke(int subgraph, Tensor[] inputs);

    /// Buffers that this node's kernel keeps from run to run in this context, so that running allocates
    /// nothing: the kernel itself holds no state. A node has one workspace; `make` is called where there is
    /// none yet. What it holds may be of other shapes, where inputs were resized.
    default <T> T workspace(Supplier<T> make) {
        return make.get();
    }

    /// What outlives the run: resource variables, tables and the like. Shapes are planned without it.
    ///
    /// @throws IllegalStateException where a kernel runs outside of an execution context
    default Resources resources() {
        throw new IllegalStateException("there are no resources outside of an execution context");
    }
}
