package dev.lithe.operators;

import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;

/// A node together with the tensors that it touches.
public record NodeView(Subgraph subgraph, Node node) {
    public boolean hasInput(int index) {
        return node.hasInput(index);
    }

    /// @throws IllegalArgumentException where input `index` is absent
    public TensorSpec input(int index) {
        return subgraph.tensor(node.input(index));
    }

    public TensorSpec output(int index) {
        return subgraph.tensor(node.output(index));
    }

    public int inputCount() {
        return node.inputs().size();
    }

    public int outputCount() {
        return node.outputs().size();
    }

    /// Whether `id` is one of the node's inputs.
    public boolean reads(TensorId id) {
        return node.inputs().contains(id);
    }
}
