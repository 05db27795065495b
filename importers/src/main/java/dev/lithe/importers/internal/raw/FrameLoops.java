package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.NodeDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Loops in the style of TensorFlow 1. All values enter a frame through Enter nodes: those that change from
/// round to round go on to a Merge with what NextIteration brings back, and a Switch that hands them to the
/// body or to an Exit; constants of the loop are read as they enter.
final class FrameLoops {
    private static final Set<String> ENTERS = Set.of("Enter", "RefEnter");
    private static final Set<String> EXITS = Set.of("Exit", "RefExit");
    private static final String CONTEXT = "/while_context";

    private final NodeTable nodes;
    private final List<FunctionDef> functions;

    FrameLoops(NodeTable nodes, List<FunctionDef> functions) {
        this.nodes = nodes;
        this.functions = functions;
    }

    /// A loop's parts: for each value that changes its Enter, Merge, NextIteration and (where anything
    /// reads it) Switch; the Enters of constants; what LoopCond reads.
    private record Loop(
            String frame,
            List<NodeDef> enters,
            List<NodeDef> merges,
            List<NodeDef> nexts,
            Map<String, Integer> switches,
            List<NodeDef> constants,
            NodeDef condition) {
        int arguments() {
            return merges.size() + constants.size();
        }

        /// The number of the argument behind `reference`; -1 where it is none.
        int argument(NodeDef node) {
            int merge = merges.indexOf(node);
            int constant = constants.indexOf(node);
            int branch = switches.getOrDefault(node.getName(), -1);
            return merge >= 0 ? merge : branch >= 0 ? branch : constant >= 0 ? merges.size() + constant : -1;
        }
    }

    /// Replaces a loop without loops inside; false where there is none.
    boolean convertOne() {
        Map<String, List<NodeDef>> frames = new LinkedHashMap<>();
        for (NodeDef def : nodes.all(def -> ENTERS.contains(def.getOp()))) {
            String frame = new Attributes(def.getAttrMap()).text("frame_name", "");
            frames.computeIfAbsent(frame, name -> new ArrayList<>()).add(def);
        }
        for (Map.Entry<String, List<NodeDef>> frame : frames.entrySet()) {
            Loop loop = find(frame.getKey(), frame.getValue());
            if (loop != null && isInnermost(loop)) {
                replace(loop);
                return true;
            }
        }
        return false;
    }

    private @Nullable Loop find(String frame, List<NodeDef> all) {
        List<NodeDef> enters = new ArrayList<>();
        List<NodeDef> merges = new ArrayList<>();
        List<NodeDef> nexts = new ArrayList<>();
        List<NodeDef> constants = new ArrayList<>(all);
        for (NodeDef merge :
                nodes.all(def -> def.getOp().equals("Merge") || def.getOp().equals("RefMerge"))) {
            NodeDef first = nodes.input(merge, 0);
            NodeDef second = nodes.input(merge, 1);
            boolean ahead = first != null && all.contains(first);
            boolean behind = second != null && all.contains(second);
            NodeDef enter = ahead ? first : behind ? second : null;
            NodeDef next = ahead ? second : first;
            if (enter != null && next != null && next.getOp().endsWith("NextIteration")) {
                enters.add(enter);
                merges.add(merge);
                nexts.add(next);
                constants.remove(enter);
            }
        }
        Map<String, Integer> switches = new HashMap<>();
        NodeDef condition = null;
        for (NodeDef branch :
                nodes.all(def -> def.getOp().equals("Switch") || def.getOp().equals("RefSwitch"))) {
            NodeDef value = nodes.input(branch, 0);
            int merge = value == null ? -1 : merges.indexOf(value);
            if (merge >= 0) {
                switches.put(branch.getName(), merge);
                condition = nodes.input(branch, 1);
            }
        }
        boolean complete = condition != null && condition.getOp().equals("LoopCond") && condition.getInputCount() > 0;
        return complete && condition != null
                ? new Loop(frame, enters, merges, nexts, switches, constants, condition)
                : null;
    }

    private static NodeTable.Boundary boundary(Loop loop) {
        return (node, reference) -> {
            int argument = loop.argument(node);
            return argument < 0 ? null : NodeTable.argument(argument);
        };
    }

    /// Whether nothing that the loop computes enters or leaves another one.
    private boolean isInnermost(Loop loop) {
        Set<String> inside = new LinkedHashSet<>();
        nodes.reach(loop.condition.getInput(0), boundary(loop), inside);
        for (NodeDef next : loop.nexts) {
            nodes.reach(next.getInput(0), boundary(loop), inside);
        }
        return inside.stream()
                .map(nodes::get)
                .noneMatch(def -> def == null || ENTERS.contains(def.getOp()) || EXITS.contains(def.getOp()));
    }

    private void replace(Loop loop) {
        String frame = loop.frame.endsWith(CONTEXT)
                ? loop.frame.substring(0, loop.frame.length() - CONTEXT.length())
                : loop.frame;
        String name = nodes.free(frame);
        NodeTable.Boundary boundary = boundary(loop);
        List<String> results = new ArrayList<>();
        loop.nexts.forEach(next -> results.add(next.getInput(0)));
        loop.constants.forEach(enter -> results.add(enter.getName()));
        String cond = nodes.freeFunction(name + "_cond");
        String body = nodes.freeFunction(name + "_body");
        functions.add(nodes.function(cond, loop.arguments(), List.of(loop.condition.getInput(0)), boundary));
        functions.add(nodes.function(body, loop.arguments(), results, boundary));
        NodeDef.Builder node = NodeDef.newBuilder()
                .setName(name)
                .setOp("While")
                .putAttr("cond", NodeTable.call(cond))
                .putAttr("body", NodeTable.call(body));
        loop.enters.forEach(enter -> node.addInput(enter.getInput(0)));
        loop.constants.forEach(enter -> node.addInput(enter.getInput(0)));
        for (NodeDef exit : nodes.all(def -> EXITS.contains(def.getOp()))) {
            NodeDef branch = nodes.input(exit, 0);
            Integer value = branch == null ? null : loop.switches.get(branch.getName());
            if (value != null) {
                nodes.put(NodeTable.alias(exit.getName(), name, value));
            }
        }
        loop.enters.forEach(nodes::remove);
        loop.constants.forEach(nodes::remove);
        loop.merges.forEach(nodes::remove);
        nodes.put(node.build());
    }
}
