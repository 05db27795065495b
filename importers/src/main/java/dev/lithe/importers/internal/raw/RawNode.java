package dev.lithe.importers.internal.raw;

import java.util.List;

/// A node of a flattened TensorFlow graph. Identity is what counts: two calls of one function give
/// two nodes of the same name.
public final class RawNode {
    private final String name;
    private final String op;
    private final Attributes attributes;
    private final List<RawPort> inputs;

    public RawNode(String name, String op, Attributes attributes, List<RawPort> inputs) {
        this.name = name;
        this.op = op;
        this.attributes = attributes;
        this.inputs = List.copyOf(inputs);
    }

    /// The name within the graph or function that the node stands in.
    public String name() {
        return name;
    }

    public String op() {
        return op;
    }

    public Attributes attributes() {
        return attributes;
    }

    /// The values that it reads, control inputs left out.
    public List<RawPort> inputs() {
        return inputs;
    }

    public RawPort input(int index) {
        return inputs.get(index);
    }

    /// `Conv2D 'stem/convolution'`.
    @Override
    public String toString() {
        return op + " '" + name + "'";
    }
}
