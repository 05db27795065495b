package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.transforms.Pass;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Gives every tensor of a subgraph a name of its own: the first keeps it, the next get a number
/// behind it, constants before computed tensors. Inputs and outputs always keep theirs.
public final class UniqueNames implements Pass {
    @Override
    public String name() {
        return "make names unique";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (Subgraph subgraph : model.subgraphs()) {
            changed |= rename(subgraph, patch);
        }
        return changed ? patch.apply() : model;
    }

    private static boolean rename(Subgraph subgraph, GraphPatch patch) {
        Set<TensorId> edges = new HashSet<>(subgraph.inputs());
        edges.addAll(subgraph.outputs());
        Set<String> taken = new HashSet<>();
        edges.forEach(id -> taken.add(subgraph.tensor(id).name()));
        Map<String, Integer> counters = new HashMap<>();
        boolean changed = false;
        Stream<TensorSpec> inside = subgraph.tensors().values().stream().filter(spec -> !edges.contains(spec.id()));
        for (TensorSpec spec : inside.sorted((a, b) -> Boolean.compare(b.isConstant(), a.isConstant()))
                .toList()) {
            String name = spec.name();
            while (!taken.add(name)) {
                name = spec.name() + counters.merge(spec.name(), 1, Integer::sum);
            }
            if (!name.equals(spec.name())) {
                patch.setTensor(spec.withName(name));
                changed = true;
            }
        }
        return changed;
    }
}
