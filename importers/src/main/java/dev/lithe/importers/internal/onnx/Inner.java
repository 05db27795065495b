package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// A subgraph of control flow while it is built, and how values of the graph around get into it: tensors become
/// inputs, when something inside reads them; what is known is the same inside.
final class Inner {
    private final Emitter outer;
    private final SubgraphBuilder graph;
    private final Map<Laid, Laid> taken = new IdentityHashMap<>();
    private final List<Laid> captured = new ArrayList<>();
    private final List<Value.Dynamic> inputs = new ArrayList<>();
    private final List<Value> operands = new ArrayList<>();

    Inner(Emitter outer, ModelContext model) {
        this.outer = outer;
        this.graph = new SubgraphBuilder(model.ids());
    }

    SubgraphBuilder graph() {
        return graph;
    }

    Emitter emitter() {
        return new Emitter(graph, outer.name());
    }

    /// A new input.
    ///
    /// @param operand the tensor of the graph around that it stands for, or begins with
    Value.Dynamic input(Value operand, TensorType type, Shape shape) {
        Value.Dynamic input = graph.input(outer.name(), type, shape);
        inputs.add(input);
        operands.add(operand);
        return input;
    }

    /// What `value` is inside.
    Laid take(Laid value) {
        if (value.isAbsent() || value.isMissing() || value.isKnown()) {
            return value;
        }
        if (value.isSequence()) {
            return Laid.sequence(value.elements().stream().map(this::take).toList());
        }
        Laid inside = taken.get(value);
        if (inside == null) {
            inside = enter(value);
            taken.put(value, inside);
        }
        return inside;
    }

    private Laid enter(Laid value) {
        boolean plain = value.isPostponed() || value.isPartial();
        Value tensor = plain ? value.plain(outer) : value.tensor(outer);
        captured.add(value);
        Value.Dynamic input = input(tensor, value.type(), Emitter.shapeOf(tensor));
        Numbers sizes = value.isPartial() ? value.numbers() : null;
        if (sizes != null) {
            return Laid.partial(sizes, () -> Laid.plain(input));
        }
        return plain ? Laid.plain(input) : Laid.of(input, value.order(), value.isImage());
    }

    List<Value.Dynamic> inputs() {
        return inputs;
    }

    /// The tensors of the graph around that the inputs stand for, in order.
    List<Value> operands() {
        return operands;
    }

    /// The values that [#take] made inputs of, in order.
    List<Laid> captured() {
        return captured;
    }

    /// The subgraph that gives `results`.
    Subgraph build(List<Value> results) {
        List<TensorId> outputs = results.stream().map(graph::tensorOf).toList();
        Subgraph built = graph.build(outer.name(), Map.of());
        return new Subgraph(built.name(), built.tensors(), built.nodes(), built.inputs(), outputs);
    }

    /// The shape that both values fit: -1 where they differ.
    static Shape common(Shape a, Shape b) {
        if (a.rank() != b.rank()) {
            throw new NotLowerable("a value is " + a + " one time and " + b
                    + " another: numbers of dimensions that change are not supported");
        }
        Shape common = a;
        for (int i = 0; i < a.rank(); i++) {
            if (a.dimension(i) != b.dimension(i)) {
                common = common.withDimension(i, Shape.UNKNOWN);
            }
        }
        return common;
    }
}
