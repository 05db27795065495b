package dev.lithe.importers.internal.raw;

import java.util.List;

/// A node of a flattened TensorFlow graph. Identity is what counts: two calls of one function give
/// two nodes of the same name.
public final class RawNode {
    private final String name;
    private final String op;
    private final Attributes attributes;
    private final List<RawPort> inputs;
    private final List<RawFunction> functions;

    public RawNode(String name, String op, Attributes attributes, List<RawPort> inputs) {
        this(name, op, attributes, inputs, List.of());
    }

    /// @param functions what a node of control flow runs: the branches of an If (then, else) or Case,
    ///     the condition and the body of a While
    public RawNode(String name, String op, Attributes attributes, List<RawPort> inputs, List<RawFunction> functions) {
        this.name = name;
        this.op = op;
        this.attributes = attributes;
        this.inputs = List.copyOf(inputs);
        this.functions = List.copyOf(functions);
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

    public List<RawFunction> functions() {
        return functions;
    }

    /// The same node on other inputs.
    RawNode withInputs(List<RawPort> others) {
        return new RawNode(name, op, attributes, others, functions);
    }

    /// `Conv2D 'stem/convolution'`.
    @Override
    public String toString() {
        return op + " '" + name + "'";
    }
}
