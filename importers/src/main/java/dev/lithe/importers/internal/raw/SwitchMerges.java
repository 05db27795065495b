package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.NodeDef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Branches in the style of TensorFlow 1: a Switch sends each value that a branch reads to one of the two,
/// a Merge takes the result from the one that ran. What does not go through a Switch runs in its branch
/// because it waits for one.
final class SwitchMerges {
    private static final Set<String> MERGES = Set.of("Merge", "RefMerge");
    private static final Set<String> SWITCHES = Set.of("Switch", "RefSwitch");

    private final NodeTable nodes;
    private final List<FunctionDef> functions;

    SwitchMerges(NodeTable nodes, List<FunctionDef> functions) {
        this.nodes = nodes;
        this.functions = functions;
    }

    /// A Merge, the condition that decides, and which of its inputs comes from the branch that is taken.
    ///
    /// @param values the inputs of the Switches that its branches read
    private record Branches(NodeDef merge, String condition, int taken, Set<String> values) {}

    /// Replaces all Merges of one condition in one place that have no others in their branches; false where
    /// there are none.
    boolean convertOne() {
        Map<String, List<Branches>> groups = new LinkedHashMap<>();
        for (NodeDef merge : nodes.all(def -> MERGES.contains(def.getOp()) && def.getInputCount() == 2)) {
            Branches branches = find(merge);
            if (branches != null) {
                int slash = merge.getName().lastIndexOf('/');
                String place = merge.getName().substring(0, Math.max(0, slash)) + " " + branches.condition;
                groups.computeIfAbsent(place, key -> new ArrayList<>()).add(branches);
            }
        }
        if (groups.isEmpty()) {
            return false;
        }
        replace(groups.values().iterator().next());
        return true;
    }

    private @Nullable Branches find(NodeDef merge) {
        Set<String> values = new LinkedHashSet<>();
        Map<String, Integer> first = new LinkedHashMap<>();
        Map<String, Integer> second = new LinkedHashMap<>();
        if (!walk(merge.getInput(0), first, values) || !walk(merge.getInput(1), second, values)) {
            return null;
        }
        for (Map.Entry<String, Integer> side : first.entrySet()) {
            Integer other = second.get(side.getKey());
            if (other != null && side.getValue() >= 0 && other == 1 - side.getValue()) {
                return new Branches(merge, side.getKey(), side.getValue() == 1 ? 0 : 1, values);
            }
        }
        return null;
    }

    /// Collects the conditions of all Switches that `input` waits for, with the side that it takes (-1 for
    /// both).
    private boolean walk(String input, Map<String, Integer> sides, Set<String> values) {
        List<String> open = new ArrayList<>(List.of(input));
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            Reference reference = Reference.parse(open.removeLast());
            NodeDef node = nodes.get(reference.node());
            if (node == null) {
                continue;
            }
            if (MERGES.contains(node.getOp())) {
                return false;
            }
            if (SWITCHES.contains(node.getOp()) && node.getInputCount() > 1) {
                NodeDef condition = nodes.input(node, 1);
                String name = condition == null ? node.getInput(1) : condition.getName();
                int side = NodeTable.port(node, reference);
                sides.merge(name, side, (a, b) -> a.equals(b) ? a : -1);
                if (!reference.control()) {
                    values.add(node.getInput(0));
                }
            } else if (seen.add(node.getName())) {
                open.addAll(node.getInputList());
            }
        }
        return true;
    }

    private void replace(List<Branches> group) {
        Branches one = group.getFirst();
        Set<String> distinct = new LinkedHashSet<>();
        group.forEach(branches -> distinct.addAll(branches.values));
        List<String> values = List.copyOf(distinct);
        NodeTable.Boundary boundary = (node, reference) -> SWITCHES.contains(node.getOp())
                ? NodeTable.argument(Math.max(0, values.indexOf(node.getInput(0))))
                : null;
        String name = nodes.free(one.merge.getName() + "/If");
        List<String> then = new ArrayList<>();
        List<String> otherwise = new ArrayList<>();
        for (Branches branches : group) {
            then.add(branches.merge.getInput(branches.taken));
            otherwise.add(branches.merge.getInput(1 - branches.taken));
        }
        String taken = nodes.freeFunction(name + "_true");
        String refused = nodes.freeFunction(name + "_false");
        functions.add(nodes.function(taken, values.size(), then, boundary));
        functions.add(nodes.function(refused, values.size(), otherwise, boundary));
        nodes.put(NodeDef.newBuilder()
                .setName(name)
                .setOp("If")
                .addInput(one.condition)
                .addAllInput(values)
                .putAttr("then_branch", NodeTable.call(taken))
                .putAttr("else_branch", NodeTable.call(refused))
                .build());
        for (int i = 0; i < group.size(); i++) {
            nodes.put(NodeTable.alias(group.get(i).merge.getName(), name, i));
        }
    }
}
