package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.transforms.Pass;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A pass that looks for one pattern, node by node, until there is none left.
abstract class PatternPass implements Pass {
    /// The change that starts at `node`, or null. It must make the pattern disappear.
    abstract @Nullable Change match(Node node, GraphView view);

    @Override
    @SuppressWarnings("ReferenceEquality") // a sweep without effect gives its input back
    public final Model apply(Model model) {
        Model current = model;
        while (true) {
            Model next = sweep(current);
            if (next == current) {
                return current;
            }
            current = next;
        }
    }

    private Model sweep(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        Set<NodeId> touched = new HashSet<>();
        for (int i = 0; i < model.subgraphs().size(); i++) {
            GraphView view = new GraphView(i, model.subgraphs().get(i));
            for (Node node : view.nodes()) {
                Change change = match(node, view);
                if (change != null && change.involved().stream().noneMatch(n -> touched.contains(n.id()))) {
                    change.involved().forEach(n -> touched.add(n.id()));
                    change.edit().accept(patch);
                }
            }
        }
        return touched.isEmpty() ? model : patch.apply();
    }
}
