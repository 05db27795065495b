package dev.lithe.operators;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;

/// What a kernel sees when it runs. Shapes are known and outputs allocated.
public interface KernelContext {
    boolean hasInput(int index);

    Tensor input(int index);

    Tensor output(int index);

    /// Gives output `index` another shape; for operators whose output shape depends on values.
    Tensor resize(int index, Shape shape);

    /// Runs another subgraph of the model on `inputs` and gives its outputs.
    Tensor[] invoke(int subgraph, Tensor[] inputs);

    /// What outlives the run: resource variables, tables and the like. Shapes are planned without it.
    ///
    /// @throws IllegalStateException where a kernel runs outside of an execution context
    default Resources resources() {
        throw new IllegalStateException("there are no resources outside of an execution context");
    }
}
