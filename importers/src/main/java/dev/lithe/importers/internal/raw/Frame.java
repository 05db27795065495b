package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.NodeDef;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One activation of a function (or the main graph): its nodes, what stands for its arguments, and
/// what its nodes have given so far.
final class Frame {
    final String what;
    final Attributes call;
    final int depth;
    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
    private final Map<String, RawPort> given;
    private final Map<String, List<RawPort>> callResults = new HashMap<>();
    private final Map<String, RawNode> plain = new HashMap<>();

    /// @param what names the function for messages
    /// @param given values that stand in the place of nodes: a function's arguments by name, or
    ///     feeds of the main graph
    Frame(String what, Collection<NodeDef> defs, Map<String, RawPort> given, Attributes call, int depth) {
        this.what = what;
        this.given = given;
        this.call = call;
        this.depth = depth;
        for (NodeDef def : defs) {
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

    /// The nodes that `roots` need, by data or by control, each after those that it needs. Among
    /// those orders it is the one that TensorFlow's converter takes, so that operators come out in
    /// the same order: the reverse of the order in which a walk along the edges leaves the nodes,
    /// where it enters those with the greatest name first.
    ///
    /// Where nodes wait for each other the one that is found waiting lands in `cyclic`.
    List<NodeDef> order(Collection<Reference> roots, List<NodeDef> cyclic) {
        Set<String> needed = reach(roots);
        Map<String, List<String>> readers = new HashMap<>();
        Set<String> sources = new TreeSet<>();
        for (String name : needed) {
            List<Reference> inputs = inputs(name);
            for (Reference input : inputs) {
                readers.computeIfAbsent(sourceName(input), key -> new ArrayList<>())
                        .add(name);
                if (isGiven(input) || !nodes.containsKey(input.node())) {
                    sources.add(sourceName(input));
                }
            }
            if (inputs.isEmpty()) {
                sources.add(name);
            }
        }
        readers.values().forEach(Collections::sort);
        List<NodeDef> order = new ArrayList<>();
        for (String name : postOrder(sources, readers).reversed()) {
            NodeDef def = nodes.get(name);
            if (def != null && needed.contains(name)) {
                order.add(def);
            }
        }
        findCycles(order, needed, cyclic);
        return order;
    }

    private String sourceName(Reference input) {
        return isGiven(input) ? key(input) : input.node();
    }

    private static List<String> postOrder(Collection<String> sources, Map<String, List<String>> readers) {
        List<String> left = new ArrayList<>();
        Set<String> visited = new HashSet<>();
        // A name to enter, or one to leave, which stands below those that it leads to.
        Deque<Visit> open = new ArrayDeque<>();
        sources.forEach(name -> open.push(new Visit(name, false)));
        while (!open.isEmpty()) {
            Visit visit = open.pop();
            if (visit.leave) {
                left.add(visit.name);
            } else if (visited.add(visit.name)) {
                open.push(new Visit(visit.name, true));
                for (String reader : readers.getOrDefault(visit.name, List.of())) {
                    if (!visited.contains(reader)) {
                        open.push(new Visit(reader, false));
                    }
                }
            }
        }
        return left;
    }

    private record Visit(String name, boolean leave) {}

    private void findCycles(List<NodeDef> order, Set<String> needed, List<NodeDef> cyclic) {
        Set<String> done = new HashSet<>();
        for (NodeDef def : order) {
            for (Reference input : inputs(def.getName())) {
                if (!isGiven(input) && needed.contains(input.node()) && !done.contains(input.node())) {
                    cyclic.add(def);
                }
            }
            done.add(def.getName());
        }
        if (order.size() < needed.size()) {
            // A cycle that no source leads to.
            needed.stream().filter(name -> !done.contains(name)).sorted().forEach(name -> cyclic.add(existing(name)));
        }
    }

    /// All nodes that `roots` need, for messages.
    List<NodeDef> needed(Collection<Reference> roots) {
        return reach(roots).stream().sorted().map(this::existing).toList();
    }

    private NodeDef existing(String name) {
        return Objects.requireNonNull(nodes.get(name));
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
}
