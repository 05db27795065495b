package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.transforms.Pass;
import org.jspecify.annotations.Nullable;

/// A pass that looks for one pattern, node by node from the front, and changes the graph where it
/// finds it, until there is none left. What is behind a change sees it in the same sweep, so that
/// chains of any length take two sweeps.
abstract class PatternPass implements Pass {
    /// A pass that keeps on changing has a fault; it stops here instead of running for ever.
    private static final int SWEEPS = 1000;

    /// The change that starts at `node`, or null. It must make the pattern disappear.
    abstract @Nullable Change match(Node node, GraphView view);

    @Override
    public final Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (int i = 0; i < model.subgraphs().size(); i++) {
            GraphView view = new GraphView(i, patch);
            int sweeps = 0;
            while (sweep(view, patch)) {
                changed = true;
                if (++sweeps > SWEEPS) {
                    throw new IllegalStateException("'" + name() + "' does not come to an end");
                }
            }
        }
        return changed ? patch.apply() : model;
    }

    private boolean sweep(GraphView view, GraphPatch patch) {
        boolean changed = false;
        for (Node seen : view.nodes()) {
            // What an earlier change removed is gone, what it changed is looked at as it is now.
            Node node = patch.node(seen.id());
            Change change = node == null ? null : match(node, view);
            if (change != null) {
                change.make(patch);
                changed = true;
            }
        }
        return changed;
    }
}
