package dev.lithe.importers.internal.raw;

import java.util.List;

/// A graph without function calls, in execution order, that holds what its outputs need.
///
/// @param nodes each after the nodes that it reads
/// @param outputs the fetched values, in the order that they were asked for
/// @param effects nodes that write variables and would run along with the outputs
public record RawGraph(List<RawNode> nodes, List<RawPort> outputs, List<RawNode> effects) {
    public RawGraph {
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
        effects = List.copyOf(effects);
    }
}
