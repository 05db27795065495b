package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.OpDef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The nodes of a graph by name, while some are replaced.
final class NodeTable {
    /// What the arguments of new functions are called; no node of TensorFlow's has such a name.
    private static final String ARGUMENT = "__arg";

    private final Map<String, NodeDef> nodes = new LinkedHashMap<>();

    private final Set<String> taken;

    /// @param taken names of functions
    NodeTable(Collection<NodeDef> defs, Set<String> taken) {
        this.taken = new HashSet<>(taken);
        defs.forEach(def -> nodes.put(def.getName(), def));
    }

    List<NodeDef> all() {
        return List.copyOf(nodes.values());
    }

    List<NodeDef> all(Predicate<NodeDef> wanted) {
        return nodes.values().stream().filter(wanted).toList();
    }

    @Nullable
    NodeDef get(String name) {
        return nodes.get(name);
    }

    void put(NodeDef def) {
        nodes.put(def.getName(), def);
    }

    void remove(NodeDef def) {
        nodes.remove(def.getName());
    }

    /// `name`, or the next of `name_1`, `name_2`, ... that no node has.
    String free(String name) {
        String candidate = name;
        for (int i = 1; nodes.containsKey(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /// A name for a new function.
    String freeFunction(String name) {
        String candidate = name;
        for (int i = 1; !taken.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /// The node whose result input `index` is, seen through identities; null where there is none.
    @Nullable
    NodeDef input(NodeDef def, int index) {
        return index >= def.getInputCount() ? null : source(def.getInput(index));
    }

    /// The node behind `input`, seen through identities.
    @Nullable
    NodeDef source(String input) {
        NodeDef node = nodes.get(Reference.parse(input).node());
        Set<String> seen = new LinkedHashSet<>();
        while (node != null
                && node.getOp().equals("Identity")
                && node.getInputCount() > 0
                && seen.add(node.getName())) {
            node = nodes.get(Reference.parse(node.getInput(0)).node());
        }
        return node;
    }

    static int port(NodeDef def, Reference reference) {
        return OperatorOutputs.index(def.getOp(), reference.output(), reference.index());
    }

    static String argument(int index) {
        return ARGUMENT + index;
    }

    /// A node that hands on result `index` of `node`.
    static NodeDef alias(String name, String node, int index) {
        return NodeDef.newBuilder()
                .setName(name)
                .setOp("Identity")
                .addInput(node + ":" + index)
                .build();
    }

    static AttrValue call(String function) {
        AttrValue.Builder value = AttrValue.newBuilder();
        value.getFuncBuilder().setName(function);
        return value.build();
    }

    /// Says what stands in the place of an input inside a new function: the name of an argument, or null
    /// where the node behind it goes into the function.
    @FunctionalInterface
    interface Boundary {
        @Nullable
        String replacement(NodeDef node, Reference reference);
    }

    /// A function of `arguments` arguments that gives `results`, made of all nodes up to the boundary.
    FunctionDef function(String name, int arguments, List<String> results, Boundary boundary) {
        FunctionDef.Builder function = FunctionDef.newBuilder();
        OpDef.Builder signature = function.getSignatureBuilder().setName(name);
        for (int i = 0; i < arguments; i++) {
            signature.addInputArgBuilder().setName(argument(i));
        }
        Set<String> inside = new LinkedHashSet<>();
        for (int i = 0; i < results.size(); i++) {
            String result = "result" + i;
            signature.addOutputArgBuilder().setName(result);
            function.putRet(result, inside(results.get(i), boundary));
            reach(results.get(i), boundary, inside);
        }
        List<NodeDef> copies = new ArrayList<>();
        for (String member : inside) {
            NodeDef def = nodes.get(member);
            if (def != null) {
                copies.add(copy(def, boundary, inside));
            }
        }
        return function.addAllNodeDef(copies).build();
    }

    private String inside(String input, Boundary boundary) {
        Reference reference = Reference.parse(input);
        NodeDef node = nodes.get(reference.node());
        String replacement = node == null ? null : boundary.replacement(node, reference);
        return replacement == null ? input : replacement;
    }

    /// Adds the nodes that `input` depends on, up to the boundary, to `inside`.
    void reach(String input, Boundary boundary, Set<String> inside) {
        List<String> open = new ArrayList<>(List.of(input));
        while (!open.isEmpty()) {
            Reference reference = Reference.parse(open.removeLast());
            NodeDef node = nodes.get(reference.node());
            if (node != null
                    && !reference.control()
                    && boundary.replacement(node, reference) == null
                    && inside.add(node.getName())) {
                open.addAll(node.getInputList());
            }
        }
    }

    private NodeDef copy(NodeDef def, Boundary boundary, Set<String> inside) {
        NodeDef.Builder copy = def.toBuilder().clearInput();
        for (String input : def.getInputList()) {
            boolean control = input.startsWith("^");
            if (!control) {
                copy.addInput(inside(input, boundary));
            } else if (inside.contains(input.substring(1))) {
                copy.addInput(input);
            }
        }
        return copy.build();
    }
}
