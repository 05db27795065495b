package dev.lithe.importers.internal.tensorflow;

import dev.lithe.importers.internal.raw.RawFunction;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/// Which values of a loop matter: those that are read behind it, by its condition, by what the body writes, or by
/// whatever gives the next round's values of those.
record LoopLiveness(RawFunction condition, RawFunction body) {
    /// @param read whether the loop's result of this number is read
    boolean[] live(IntPredicate read) {
        int count = body.graph().outputs().size();
        boolean[] live = new boolean[count];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            if (read.test(i)) {
                open.add(i);
            }
        }
        open.addAll(parameters(condition, condition.graph().outputs()));
        open.addAll(parameters(condition, effects(condition.graph())));
        open.addAll(parameters(body, effects(body.graph())));
        while (!open.isEmpty()) {
            int at = open.pop();
            if (!live[at]) {
                live[at] = true;
                open.addAll(parameters(body, List.of(body.graph().outputs().get(at))));
            }
        }
        return live;
    }

    private static List<RawPort> effects(RawGraph graph) {
        return graph.effects().stream().map(node -> new RawPort(node, 0)).toList();
    }

    /// The parameters that `ports` depend on.
    private static List<Integer> parameters(RawFunction function, List<RawPort> ports) {
        Set<RawNode> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<RawPort> open = new ArrayDeque<>(ports);
        while (!open.isEmpty()) {
            RawNode node = open.pop().node();
            if (reached.add(node)) {
                open.addAll(node.inputs());
            }
        }
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < function.parameters().size(); i++) {
            if (reached.contains(function.parameters().get(i))) {
                found.add(i);
            }
        }
        return found;
    }
}
