package dev.lithe.importers.internal.raw;

import dev.lithe.importers.internal.proto.FunctionDef;
import dev.lithe.importers.internal.proto.NodeDef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Turns the control flow of TensorFlow 1 (Switch and Merge for branches; with Enter, NextIteration,
/// LoopCond and Exit for loops) into If and While nodes with functions, as TensorFlow 2 has them. What does
/// not have the form that TensorFlow writes stays as it is.
final class Functionalizer {
    /// More than any real graph has; each round removes a loop or a branch.
    private static final int ROUNDS = 100_000;

    private static final Set<String> MARKS = Set.of("Merge", "Enter", "RefMerge", "RefEnter");

    private Functionalizer() {}

    /// A graph's nodes, and the functions that they refer to beyond those that there were.
    record Result(List<NodeDef> nodes, List<FunctionDef> functions) {}

    /// @param taken names that functions have already
    static Result functionalize(Collection<NodeDef> defs, Set<String> taken) {
        if (defs.stream().noneMatch(def -> MARKS.contains(def.getOp()))) {
            return new Result(List.copyOf(defs), List.of());
        }
        NodeTable nodes = new NodeTable(defs, taken);
        List<FunctionDef> functions = new ArrayList<>();
        int rounds = 0;
        while (rounds++ < ROUNDS && new FrameLoops(nodes, functions).convertOne()) {
            // The innermost loop is gone, the one around it may be next.
        }
        while (rounds++ < ROUNDS && new SwitchMerges(nodes, functions).convertOne()) {
            // Likewise with branches.
        }
        return new Result(nodes.all(), functions);
    }
}
