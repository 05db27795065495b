package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OperatorOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// New nodes that take the place of one, in order.
final class Sequence {
    private final GraphView view;
    private final GraphPatch patch;
    private final List<Node> nodes = new ArrayList<>();

    Sequence(GraphView view, GraphPatch patch) {
        this.view = view;
        this.patch = patch;
    }

    /// A node with a new result, which is like `result` (its id is ignored).
    TensorId add(BuiltinOperator code, @Nullable OperatorOptions options, TensorSpec result, TensorId... inputs) {
        TensorId id = patch.addTensor(view.index(), result);
        add(code, options, id, inputs);
        return id;
    }

    /// A node that writes `result`.
    void add(BuiltinOperator code, @Nullable OperatorOptions options, TensorId result, TensorId... inputs) {
        nodes.add(new Node(
                patch.newNodeId(),
                OperatorCode.of(code),
                options == null ? Options.NONE : Options.of(options),
                List.of(inputs),
                List.of(result)));
    }

    TensorId constant(TensorSpec spec) {
        return patch.addTensor(view.index(), spec);
    }

    void replace(Node place) {
        patch.replace(place.id(), nodes.toArray(Node[]::new));
    }
}
