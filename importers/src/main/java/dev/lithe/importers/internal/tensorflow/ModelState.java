package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What lasts from run to run: the variables that a signature writes, and hash tables. All other variables
/// are constants. What has to be there before the first run comes from a subgraph that CALL_ONCE runs.
///
/// Handles are told apart by name: each signature has nodes of its own for them.
final class ModelState {
    private static final Set<String> HANDLES = Set.of("VarHandleOp", "VariableV2", "Variable");
    private static final Set<String> REFERENCES = Set.of("VariableV2", "Variable");
    private static final Set<String> TABLES = Set.of("HashTableV2", "HashTable");
    private static final Set<String> LOOPS = Set.of("While", "StatelessWhile", "_While");

    private final Map<String, RawNode> changing = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    private final Set<String> filled = new HashSet<>();
    private final Map<String, Integer> tableIds = new HashMap<>();
    private RawGraph initializers = new RawGraph(List.of(), List.of(), List.of());

    /// Whether `handle` is a variable in the style of TensorFlow 1, whose name stands for its value as well.
    static boolean isReference(RawNode handle) {
        return REFERENCES.contains(handle.op());
    }

    static String name(RawNode handle) {
        String shared = handle.attributes().text("shared_name", "");
        return shared.isEmpty() ? handle.name() : shared;
    }

    private static boolean isFill(RawNode node) {
        return ResourceRules.FILLS.contains(node.op());
    }

    /// Takes note of what a signature writes.
    void note(RawGraph graph) {
        note(graph, new IdentityHashMap<>());
    }

    private void note(RawGraph graph, Map<RawNode, RawPort> arguments) {
        for (RawNode effect : graph.effects()) {
            if (!effect.inputs().isEmpty() && effect.functions().isEmpty()) {
                RawNode handle = source(effect.input(0), arguments);
                if (HANDLES.contains(handle.op())) {
                    changing.putIfAbsent(name(handle), handle);
                } else if (TABLES.contains(handle.op()) && isFill(effect)) {
                    filled.add(name(handle));
                }
            }
        }
        for (RawNode node : graph.nodes()) {
            if (TABLES.contains(node.op())) {
                used.add(name(node));
            }
            int first = LOOPS.contains(node.op()) ? 0 : 1;
            for (RawFunction function : node.functions()) {
                for (int i = 0;
                        i < function.parameters().size()
                                && first + i < node.inputs().size();
                        i++) {
                    arguments.put(function.parameters().get(i), node.input(first + i));
                }
                note(function.graph(), arguments);
            }
        }
    }

    /// Where a handle is made: identities, arguments of functions and the results of loops are followed back.
    private static RawNode source(RawPort port, Map<RawNode, RawPort> arguments) {
        RawPort at = port.source();
        while (true) {
            RawPort before = arguments.get(at.node());
            if (before == null
                    && LOOPS.contains(at.node().op())
                    && at.index() < at.node().inputs().size()) {
                before = at.node().input(at.index());
            }
            if (before == null) {
                return at.node();
            }
            at = before.source();
        }
    }

    /// Takes note of what the model's own initializer puts into tables. Variables get the values that were saved.
    void noteInitializers(RawGraph graph) {
        List<RawNode> fills = graph.effects().stream()
                .filter(effect -> isFill(effect) && used.contains(name(table(effect))))
                .map(effect -> TextTable.isRead(effect) ? TextTable.withFile(effect, path(effect, graph)) : effect)
                .toList();
        List<RawNode> nodes = new ArrayList<>(graph.nodes());
        fills.stream().filter(TextTable::isRead).forEach(nodes::add);
        initializers = RawGraph.pruned(nodes, List.of(), fills);
        fills.forEach(effect -> filled.add(name(table(effect))));
    }

    /// The node that holds the path of the file that fills a table. TensorFlow 2 keeps it in a variable.
    private static RawNode path(RawNode fill, RawGraph graph) {
        RawNode path = fill.input(1).source().node();
        if (!path.op().equals("ReadVariableOp")) {
            return path;
        }
        String variable = name(path.input(0).source().node());
        return graph.effects().stream()
                .filter(effect -> effect.op().equals("AssignVariableOp")
                        && name(effect.input(0).source().node()).equals(variable))
                .map(effect -> effect.input(1).source().node())
                .findFirst()
                .orElse(path);
    }

    private static RawNode table(RawNode fill) {
        return fill.input(0).source().node();
    }

    /// Whether the variable behind `handle` is written by any signature.
    boolean changes(RawNode handle) {
        return changing.containsKey(name(handle));
    }

    /// Whether something says what is in the table.
    boolean isFilled(RawNode table) {
        return filled.contains(name(table));
    }

    /// The number of a table.
    int tableId(RawNode table) {
        return tableIds.computeIfAbsent(name(table), name -> tableIds.size());
    }

    /// Whether anything has to happen before the first run.
    boolean needsInitializer() {
        return !changing.isEmpty() || !initializers.effects().isEmpty();
    }

    /// Whether `graph` has to do with what the initializer sets.
    boolean isNeededBy(RawGraph graph) {
        for (RawNode node : graph.nodes()) {
            boolean handle = HANDLES.contains(node.op()) && changes(node);
            boolean table =
                    TABLES.contains(node.op()) && !initializers.effects().isEmpty();
            if (handle || table || node.functions().stream().anyMatch(f -> isNeededBy(f.graph()))) {
                return true;
            }
        }
        return false;
    }

    /// Gives all variables that change and all tables their first contents.
    void initialize(Lowering lowering) {
        changing.values().forEach(lowering::initialize);
        lowering.run(initializers);
    }
}
