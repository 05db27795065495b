package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import java.util.List;
import java.util.function.Consumer;

/// A rewriting that was found: the nodes that it changes or removes, and the edit itself. Changes
/// that touch different nodes are made in one patch.
record Change(List<Node> involved, Consumer<GraphPatch> edit) {
    Change {
        involved = List.copyOf(involved);
    }
}
