package dev.lithe.importers.internal.frozen;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.GraphDef;
import dev.lithe.importers.internal.proto.NodeDef;
import dev.lithe.importers.internal.proto.TensorInfo;
import dev.lithe.importers.internal.raw.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What goes into a frozen graph and what comes out, by name, in order.
record Endpoints(Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs) {
    /// Nodes that nothing reads but that compute nothing either.
    private static final Set<String> NO_RESULTS = Set.of(
            "Const",
            "Placeholder",
            "PlaceholderV2",
            "PlaceholderWithDefault",
            "NoOp",
            "Assert",
            "Print",
            "PrintV2",
            "SaveV2",
            "RestoreV2",
            "MergeV2Checkpoints",
            "ScalarSummary",
            "HistogramSummary",
            "ImageSummary",
            "AudioSummaryV2",
            "MergeSummary",
            "WriteSummary",
            "VarIsInitializedOp",
            "Assign",
            "AssignVariableOp");

    static Endpoints of(String file, GraphDef graph, ImportOptions options) {
        Map<String, NodeDef> nodes = new LinkedHashMap<>();
        graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
        List<String> outputs = options.outputs().isEmpty() ? terminals(nodes) : options.outputs();
        List<String> inputs = options.inputs().isEmpty() ? placeholders(nodes, outputs) : options.inputs();
        requireNodes(file, nodes, outputs, "--outputs");
        requireNodes(file, nodes, inputs, "--inputs");
        require(file, outputs.isEmpty(), "has no node that nothing reads", "--outputs");
        require(file, inputs.isEmpty(), "has no placeholder that its outputs depend on", "--inputs");
        Map<String, TensorInfo> in = new LinkedHashMap<>();
        Map<String, TensorInfo> out = new LinkedHashMap<>();
        InputGuess guess = new InputGuess(nodes);
        inputs.forEach(name -> in.put(plain(name), guess.info(plain(name), node(nodes, name))));
        outputs.forEach(name -> out.put(
                plain(name),
                TensorInfo.newBuilder()
                        .setName(plain(name))
                        .setDtype(DataType.DT_FLOAT)
                        .build()));
        return new Endpoints(in, out);
    }

    /// The names of all, inputs first, in the order in which they stand in the model.
    List<String> names() {
        Set<String> names = new LinkedHashSet<>(inputs.keySet());
        names.addAll(outputs.keySet());
        return List.copyOf(names);
    }

    /// `node` for `node:0`.
    private static String plain(String name) {
        return name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
    }

    private static NodeDef node(Map<String, NodeDef> nodes, String name) {
        return nodes.getOrDefault(parse(name).node(), NodeDef.getDefaultInstance());
    }

    private static Reference parse(String name) {
        try {
            return Reference.parse(name);
        } catch (NumberFormatException e) {
            return new Reference(name, "", 0, false);
        }
    }

    private static void requireNodes(String file, Map<String, NodeDef> nodes, List<String> names, String option) {
        List<String> missing = names.stream()
                .filter(name -> !nodes.containsKey(parse(name).node()))
                .toList();
        require(file, !missing.isEmpty(), "has no node called " + String.join(", ", missing), option);
    }

    private static void require(String file, boolean fails, String what, String option) {
        if (fails) {
            throw new InvalidModelException(
                    "LQ0256",
                    Location.file(file),
                    what,
                    "name nodes of the graph with " + option + ", as in " + option + " NODE,OTHER_NODE.");
        }
    }

    /// The nodes that nothing reads, in the order of the graph; those that are numbered (`Identity`,
    /// `Identity_1`) by their numbers.
    private static List<String> terminals(Map<String, NodeDef> nodes) {
        Set<String> read = new HashSet<>();
        nodes.values()
                .forEach(node -> node.getInputList()
                        .forEach(input -> read.add(parse(input).node())));
        List<String> names = new ArrayList<>();
        for (NodeDef node : nodes.values()) {
            if (!read.contains(node.getName()) && !NO_RESULTS.contains(node.getOp()) && !isInside(nodes, node)) {
                names.add(node.getName());
            }
        }
        // What leaves a loop without being read is a result only where there is no other.
        List<String> proper = names.stream()
                .filter(name -> !node(nodes, name).getOp().equals("Exit"))
                .toList();
        if (!proper.isEmpty()) {
            names.retainAll(proper);
        }
        Map<String, Integer> first = new HashMap<>();
        names.forEach(name -> first.putIfAbsent(stem(name), first.size()));
        names.sort(Comparator.<String>comparingInt(name -> first.getOrDefault(stem(name), 0))
                .thenComparingInt(Endpoints::number));
        return names;
    }

    /// Whether `node` stands inside a branch or a loop of TensorFlow 1: the way back from it leads through
    /// a Switch or an Enter before any Merge or Exit.
    private static boolean isInside(Map<String, NodeDef> nodes, NodeDef node) {
        Set<String> seen = new HashSet<>();
        Deque<NodeDef> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            NodeDef at = open.pop();
            if (at.getOp().equals("Switch") || at.getOp().equals("Enter")) {
                return true;
            }
            boolean outside = at.getOp().equals("Merge") || at.getOp().equals("Exit");
            if (!outside && seen.add(at.getName())) {
                at.getInputList().stream()
                        .filter(input -> !input.startsWith("^"))
                        .forEach(input -> open.push(node(nodes, input)));
            }
        }
        return false;
    }

    private static String stem(String name) {
        return name.replaceFirst("_\\d{1,6}$", "");
    }

    private static int number(String name) {
        String stem = stem(name);
        return stem.length() == name.length() ? 0 : Integer.parseInt(name.substring(stem.length() + 1));
    }

    /// The placeholders that `outputs` depend on, in the order of the graph.
    private static List<String> placeholders(Map<String, NodeDef> nodes, List<String> outputs) {
        Set<String> needed = new HashSet<>();
        Deque<String> open = new ArrayDeque<>();
        outputs.forEach(name -> open.add(parse(name).node()));
        Set<String> found = new HashSet<>();
        while (!open.isEmpty()) {
            NodeDef node = nodes.get(open.pop());
            if (node == null || !needed.add(node.getName())) {
                continue;
            }
            if (isInput(node)) {
                found.add(node.getName());
            } else {
                node.getInputList().stream()
                        .filter(input -> !input.startsWith("^"))
                        .forEach(input -> open.add(parse(input).node()));
            }
        }
        return nodes.keySet().stream().filter(found::contains).toList();
    }

    private static boolean isInput(NodeDef node) {
        return node.getOp().equals("Placeholder") || node.getOp().equals("PlaceholderV2") || isFeatures(node);
    }

    /// What a WAV file in front of the network becomes.
    private static boolean isFeatures(NodeDef node) {
        return node.getOp().equals("Mfcc");
    }

    static AttrValue attribute(NodeDef node, String name) {
        return node.getAttrOrDefault(name, AttrValue.getDefaultInstance());
    }
}
