package dev.lithe.importers.internal.raw;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// A graph without function calls, in execution order, that holds what its outputs need.
///
/// @param nodes each after the nodes that it reads
/// @param outputs the fetched values, in the order that they were asked for
/// @param effects nodes that write variables or tables, and control flow in which such nodes stand, that run along
///     with the outputs
public record RawGraph(List<RawNode> nodes, List<RawPort> outputs, List<RawNode> effects) {
    public RawGraph {
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
        effects = List.copyOf(effects);
    }

    /// The graph of those `nodes` that `outputs` and `effects` need.
    public static RawGraph pruned(List<RawNode> nodes, List<RawPort> outputs, List<RawNode> effects) {
        Set<RawNode> needed = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<RawPort> open = new ArrayDeque<>(outputs);
        effects.forEach(node -> open.add(new RawPort(node, 0)));
        while (!open.isEmpty()) {
            RawNode node = open.pop().node();
            if (needed.add(node)) {
                open.addAll(node.inputs());
            }
        }
        return new RawGraph(nodes.stream().filter(needed::contains).toList(), outputs, effects);
    }
}
