package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.OperatorOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// New nodes in the place of others.
final class Nodes {
    private Nodes() {}

    /// The operator of `what`, standing where `place` stands.
    static Node inPlaceOf(Node place, Node what, List<TensorId> inputs, List<TensorId> outputs) {
        return new Node(place.id(), what.code(), what.options(), inputs, outputs, what.intermediates());
    }

    /// Another operator that writes what `place` wrote.
    static Node inPlaceOf(Node place, BuiltinOperator code, @Nullable OperatorOptions options, TensorId... inputs) {
        return new Node(
                place.id(),
                OperatorCode.of(code),
                options == null ? Options.NONE : Options.of(options),
                List.of(inputs),
                place.outputs());
    }
}
