package dev.lithe.runtime.internal;

import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.structure.AssignVariable;
import dev.lithe.operators.structure.VarHandle;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// What resource variables will take, as far as the shapes of what is assigned to them are known before a run.
final class VariableBytes {
    private VariableBytes() {}

    /// The sum over all variables of the largest value that any of `subgraphs` assigns.
    static long of(Collection<CompiledSubgraph> subgraphs) {
        Map<Object, Long> largest = new HashMap<>();
        for (CompiledSubgraph subgraph : subgraphs) {
            for (CompiledNode node : subgraph.nodes()) {
                if (node.operator() instanceof AssignVariable) {
                    TensorSpec value = subgraph.specs()[node.inputs()[1]];
                    if (value.shape().isKnown()) {
                        int units = Sizes.units(value.type(), value.shape(), node.location());
                        largest.merge(variable(subgraph, node), Sizes.bytes(value.type(), units), Math::max);
                    }
                }
            }
        }
        return largest.values().stream().mapToLong(Long::longValue).reduce(0, Math::addExact);
    }

    /// The variable's handle where the subgraph makes it itself, as files have it; else the assignment stands for one.
    private static Object variable(CompiledSubgraph subgraph, CompiledNode assignment) {
        for (CompiledNode node : subgraph.nodes()) {
            boolean makes = node.outputs().length == 1
                    && node.outputs()[0] == assignment.inputs()[0];
            if (makes && node.operator() instanceof VarHandle handle) {
                return handle;
            }
        }
        return assignment;
    }
}
