package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.transforms.Pass;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Removes operators whose results nobody reads, and tensors that nothing mentions. Operators that
/// may do more than compute (control flow, variables, custom operators) stay.
public final class RemoveDeadCode implements Pass {
    private static final Set<BuiltinOperator> EFFECTS = EnumSet.of(
            BuiltinOperator.CUSTOM,
            BuiltinOperator.CALL,
            BuiltinOperator.CALL_ONCE,
            BuiltinOperator.IF,
            BuiltinOperator.WHILE,
            BuiltinOperator.ASSIGN_VARIABLE,
            BuiltinOperator.HASHTABLE,
            BuiltinOperator.HASHTABLE_IMPORT,
            BuiltinOperator.STABLEHLO_WHILE,
            BuiltinOperator.STABLEHLO_COMPOSITE,
            BuiltinOperator.STABLEHLO_CASE);

    @Override
    public String name() {
        return "remove dead code";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        for (Subgraph subgraph : model.subgraphs()) {
            dead(subgraph).forEach(node -> patch.remove(node.id()));
        }
        Model result = patch.removeUnusedTensors().apply();
        return size(result) == size(model) ? model : result;
    }

    /// Operators and tensors; nothing here changes any but by removing it.
    private static int size(Model model) {
        return model.subgraphs().stream()
                .mapToInt(s -> s.nodes().size() + s.tensors().size())
                .sum();
    }

    private static List<Node> dead(Subgraph subgraph) {
        Set<TensorId> needed = new HashSet<>(subgraph.outputs());
        Set<NodeId> kept = new HashSet<>();
        // Operators stand after what they read, so one walk backwards finds everything.
        for (Node node : subgraph.nodes().reversed()) {
            if (hasEffect(node, subgraph) || node.outputs().stream().anyMatch(needed::contains)) {
                kept.add(node.id());
                needed.addAll(node.inputs());
            }
        }
        return subgraph.nodes().stream()
                .filter(node -> !kept.contains(node.id()))
                .toList();
    }

    /// Whether operators of this kind may do more than compute.
    static boolean mayHaveEffects(BuiltinOperator code) {
        return EFFECTS.contains(code);
    }

    private static boolean hasEffect(Node node, Subgraph subgraph) {
        return node.outputs().isEmpty()
                || EFFECTS.contains(node.code().builtin())
                || node.inputs().stream()
                        .anyMatch(id -> id.isPresent() && subgraph.tensor(id).variable());
    }
}
