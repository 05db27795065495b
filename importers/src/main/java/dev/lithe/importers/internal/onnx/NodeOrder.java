package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.onnx.proto.OnnxAttribute;
import dev.lithe.importers.internal.onnx.proto.OnnxGraph;
import dev.lithe.importers.internal.onnx.proto.OnnxNodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The nodes of a graph in an order in which each comes after what it reads, without those that no
/// output depends on.
final class NodeOrder {
    private final String file;
    private final Map<String, OnnxNodeProto> producers = new HashMap<>();
    private final Map<OnnxNodeProto, Boolean> done = new java.util.IdentityHashMap<>();
    private final List<OnnxNodeProto> sorted = new ArrayList<>();

    private NodeOrder(String file) {
        this.file = file;
    }

    /// @throws MalformedModelException (LQ0183) where two nodes write the same value, or nodes wait for
    ///     each other
    static List<OnnxNodeProto> of(String file, List<OnnxNodeProto> nodes, List<String> outputs) {
        NodeOrder order = new NodeOrder(file);
        for (OnnxNodeProto node : nodes) {
            for (String output : node.getOutputList()) {
                if (!output.isEmpty() && order.producers.put(output, node) != null) {
                    throw order.broken(node, "writes '" + output + "', which another node writes too");
                }
            }
        }
        for (String output : outputs) {
            OnnxNodeProto producer = order.producers.get(output);
            if (producer != null) {
                order.visit(producer);
            }
        }
        return order.sorted;
    }

    private record Step(OnnxNodeProto node, Deque<String> left) {}

    /// Depth first, on a stack of its own: graphs are deeper than threads are.
    private void visit(OnnxNodeProto start) {
        Deque<Step> stack = new ArrayDeque<>();
        enter(stack, start);
        while (!stack.isEmpty()) {
            Step step = stack.getLast();
            String name = step.left.poll();
            if (name == null) {
                done.put(step.node, true);
                sorted.add(step.node);
                stack.removeLast();
                continue;
            }
            OnnxNodeProto producer = producers.get(name);
            if (producer != null) {
                enter(stack, producer);
            }
        }
    }

    private void enter(Deque<Step> stack, OnnxNodeProto node) {
        Boolean state = done.get(node);
        if (state == null) {
            done.put(node, false);
            stack.addLast(new Step(node, new ArrayDeque<>(reads(node))));
        } else if (!state) {
            throw broken(node, "needs its own result: the graph has a cycle");
        }
    }

    /// What a node reads, also inside of the graphs that it holds.
    static Set<String> reads(OnnxNodeProto node) {
        Set<String> names = new LinkedHashSet<>(node.getInputList());
        for (OnnxAttribute attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                names.addAll(free(attribute.getG()));
            }
            attribute.getGraphsList().forEach(g -> names.addAll(free(g)));
        }
        names.remove("");
        return names;
    }

    /// The names that `graph` reads and does not define itself.
    static Set<String> free(OnnxGraph graph) {
        Set<String> defined = new HashSet<>();
        graph.getInputList().forEach(i -> defined.add(i.getName()));
        graph.getInitializerList().forEach(i -> defined.add(i.getName()));
        graph.getSparseInitializerList().forEach(i -> defined.add(i.getValues().getName()));
        Set<String> names = new LinkedHashSet<>();
        for (OnnxNodeProto node : graph.getNodeList()) {
            names.addAll(reads(node));
            defined.addAll(node.getOutputList());
        }
        graph.getOutputList().forEach(o -> names.add(o.getName()));
        names.removeAll(defined);
        return names;
    }

    private MalformedModelException broken(OnnxNodeProto node, String what) {
        String title = node.getOpType() + " '" + (node.getName().isEmpty() ? node.getOutput(0) : node.getName()) + "'";
        return new MalformedModelException(
                "LQ0183", Location.operator(file, 0, -1, title, null), what, "export the model again.");
    }
}
