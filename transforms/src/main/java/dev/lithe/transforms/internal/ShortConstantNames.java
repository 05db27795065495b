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

/// Gives constants that stand for several nodes the name of one of them, the shortest: names of large models
/// take tens of kilobytes, and nobody looks up a constant by the names of all that was folded into it.
/// `/ReadVariableOp`, which says how TensorFlow came to a constant, goes too. Computed tensors keep their
/// names, which calibration refers to.
public final class ShortConstantNames implements Pass {
    private static final String READ = "/ReadVariableOp";

    @Override
    public String name() {
        return "shorten constants' names";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (Subgraph subgraph : model.subgraphs()) {
            Set<TensorId> edges = new HashSet<>(subgraph.inputs());
            edges.addAll(subgraph.outputs());
            Set<String> taken = new HashSet<>();
            subgraph.tensors().values().forEach(spec -> taken.add(spec.name()));
            Map<String, Integer> counters = new HashMap<>();
            for (TensorSpec spec : subgraph.tensors().values()) {
                String stem = stem(spec.name());
                if (spec.isConstant() && !stem.equals(spec.name()) && !edges.contains(spec.id())) {
                    String name = stem;
                    while (!taken.add(name)) {
                        name = stem + counters.merge(stem, 1, Integer::sum);
                    }
                    patch.setTensor(spec.withName(name));
                    changed = true;
                }
            }
        }
        return changed ? patch.apply() : model;
    }

    private static String stem(String name) {
        String shortest = name;
        for (String part : name.split(";", -1)) {
            if (!part.isEmpty() && part.length() < shortest.length()) {
                shortest = part;
            }
        }
        while (shortest.endsWith(READ) && shortest.length() > READ.length()) {
            shortest = shortest.substring(0, shortest.length() - READ.length());
        }
        return shortest;
    }
}
