package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// A subgraph of control flow while it is built, and how values of the outer graph get into it: tensors become inputs;
/// what is known, or no tensor, is the same inside.
final class Inner {
    private final Lowering outer;
    private final Lowering lowering;
    private final SubgraphBuilder graph;

    Inner(Lowering outer, int index) {
        this.outer = outer;
        this.graph = new SubgraphBuilder(outer.scope().ids());
        this.lowering = new Lowering(outer.scope(), index, graph);
    }

    Lowering lowering() {
        return lowering;
    }

    Value.Dynamic input(String name, TensorType type, Shape shape) {
        return graph.input(name, type, shape);
    }

    /// What `value` is inside.
    ///
    /// @param operands takes the tensors of the outer graph that the new inputs stand for
    Value take(String name, Value value, List<Value> operands) {
        return switch (value) {
            case Value.Dynamic dynamic -> pass(name, dynamic, operands);
            case Value.Partial partial -> pass(name, partial, operands);
            case ListValue list -> take(name, list, operands);
            case Value.Known _, Value.Opaque _, Value.Variable _, Value.Absent _, Value.Missing _ -> value;
        };
    }

    private Value take(String name, ListValue list, List<Value> operands) {
        Value data = list.data();
        return data == null
                ? ListValue.unset(list.type(), take(name, list.count(), operands))
                : list.withData(take(name, data, operands));
    }

    private Value.Dynamic pass(String name, Value.Dynamic value, List<Value> operands) {
        operands.add(value);
        return input(name, value.type(), value.shape());
    }

    /// Sizes that are known in part stay so inside.
    private Value pass(String name, Value.Partial partial, List<Value> operands) {
        try {
            outer.graph().tensorOf(partial);
        } catch (NotLowerable e) {
            return partial; // whoever needs the tensor inside says so
        }
        operands.add(partial);
        Value.Dynamic input =
                input(name, partial.numbers().type(), partial.numbers().shape());
        return new Value.Partial(partial.numbers(), () -> input);
    }

    /// The subgraph that gives `results`.
    Subgraph build(String name, List<Value> results) {
        List<TensorId> outputs = results.stream().map(graph::tensorOf).toList();
        Subgraph built = graph.build(name, Map.of());
        return new Subgraph(built.name(), built.tensors(), built.nodes(), built.inputs(), outputs);
    }

    /// @throws Reported where something inside could not be lowered, which the outer graph reports from now on
    void requireLowered() {
        if (!lowering.offenders().isEmpty()) {
            outer.offenders().addAll(lowering.offenders());
            throw new Reported();
        }
    }

    /// A node cannot be lowered for reasons that have been noted.
    static final class Reported extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Reported() {
            super("noted already", null, false, false);
        }
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
