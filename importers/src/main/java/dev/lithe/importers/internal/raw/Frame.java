package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.NodeDef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One activation of a function (or the main graph): its nodes, what stands for its arguments, and what its nodes have
/// given so far.
final class Frame {
    final String what;
    final Attributes call;
    final int depth;
    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<String, RawPort> given;
    private final Map<String, List<RawPort>> callResults = new HashMap<>();
    private final Map<String, RawNode> plain = new HashMap<>();

    /// @param what names the function for messages
    /// @param given values that stand in the place of nodes: a function's arguments by name, or feeds of the main graph
    Frame(String what, Collection<NodeDef> defs, Map<String, RawPort> given, Attributes call, int depth) {
        this.what = what;
        this.given = given;
        this.call = call;
        this.depth = depth;
        for (NodeDef def : defs) {
            positions.put(def.getName(), nodes.size());
            nodes.put(def.getName(), def);
        }
    }

    @Nullable
    NodeDef node(String name) {
        return nodes.get(name);
    }

    boolean isGiven(Reference reference) {
        return given.containsKey(key(reference));
    }

    void put(String name, RawNode node) {
        plain.put(name, node);
    }

    void putCall(String name, List<RawPort> results) {
        callResults.put(name, results);
    }

    /// What `reference` stands for, once its node has been visited; null where there is no such value.
    @Nullable
    RawPort value(Reference reference) {
        RawPort argument = given.get(key(reference));
        if (argument != null) {
            return argument;
        }
        RawNode node = plain.get(reference.node());
        if (node != null) {
            return new RawPort(node, OperatorOutputs.index(node.op(), reference.output(), reference.index()));
        }
        List<RawPort> results = callResults.get(reference.node());
        return results == null || reference.index() >= results.size() ? null : results.get(reference.index());
    }

    private static String key(Reference reference) {
        return reference.index() == 0 ? reference.node() : reference.node() + ":" + reference.index();
    }

    /// The nodes that `roots` need, by data or by control, each after those that it needs and otherwise in the order of
    /// the file. Nodes that wait for each other are left out and land in `cyclic`.
    List<NodeDef> order(Collection<Reference> roots, List<NodeDef> cyclic) {
        Map<String, Integer> waiting = new HashMap<>();
        Map<String, List<String>> readers = new HashMap<>();
        Set<String> needed = reach(roots);
        for (String name : needed) {
            Set<String> sources = new HashSet<>();
            for (Reference input : inputs(name)) {
                if (needed.contains(input.node()) && !isGiven(input) && sources.add(input.node())) {
                    readers.computeIfAbsent(input.node(), key -> new ArrayList<>())
                            .add(name);
                }
            }
            waiting.put(name, sources.size());
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        List<NodeDef> byPosition = List.copyOf(nodes.values());
        waiting.forEach((name, count) -> {
            if (count == 0) {
                ready.add(position(name));
            }
        });
        List<NodeDef> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            NodeDef next = byPosition.get(ready.remove());
            order.add(next);
            for (String reader : readers.getOrDefault(next.getName(), List.of())) {
                if (waiting.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(position(reader));
                }
            }
        }
        byPosition.stream()
                .filter(def -> waiting.getOrDefault(def.getName(), 0) > 0)
                .forEach(cyclic::add);
        return order;
    }

    private Set<String> reach(Collection<Reference> roots) {
        Set<String> needed = new HashSet<>();
        Deque<Reference> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            Reference reference = open.pop();
            if (!isGiven(reference) && nodes.containsKey(reference.node()) && needed.add(reference.node())) {
                open.addAll(inputs(reference.node()));
            }
        }
        return needed;
    }

    private List<Reference> inputs(String name) {
        NodeDef def = nodes.get(name);
        return def == null
                ? List.of()
                : def.getInputList().stream().map(Reference::parse).toList();
    }

    private int position(String name) {
        return positions.getOrDefault(name, 0);
    }
}
