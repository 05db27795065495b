package dev.lithe.runtime.internal;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.schema.CallOnceOptions;
import dev.lithe.schema.CallOptions;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.StableHLOCompositeOptions;
import dev.lithe.schema.StablehloCaseOptions;
import dev.lithe.schema.StablehloWhileOptions;
import dev.lithe.schema.WhileOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which subgraphs run other subgraphs.
final class Calls {
    private static final int DEEPEST = 64;

    private Calls() {}

    /// The subgraphs that the node may run.
    static List<Integer> of(Node node) {
        return switch (node.options().builtin()) {
            case WhileOptions options -> List.of(options.condSubgraphIndex(), options.bodySubgraphIndex());
            case IfOptions options -> List.of(options.thenSubgraphIndex(), options.elseSubgraphIndex());
            case CallOnceOptions options -> List.of(options.initSubgraphIndex());
            case CallOptions options -> List.of(options.subgraph());
            case StableHLOCompositeOptions options -> List.of(options.decompositionSubgraphIndex());
            case StablehloCaseOptions options ->
                options.branchSubgraphIndices().stream().boxed().toList();
            case StablehloWhileOptions options -> List.of(options.condSubgraphIndex(), options.bodySubgraphIndex());
            case null, default -> List.of();
        };
    }

    /// The subgraphs that the subgraph may run, each once, in order.
    static List<Integer> of(Subgraph subgraph) {
        Set<Integer> calls = new TreeSet<>();
        subgraph.nodes().forEach(node -> calls.addAll(of(node)));
        return List.copyOf(calls);
    }

    /// All subgraphs that a run from `entries` may reach.
    ///
    /// @throws InvalidModelException where one does not exist, or calls itself
    static Set<Integer> reachable(Model model, Set<Integer> entries) {
        Map<Integer, Integer> depths = new TreeMap<>();
        entries.forEach(entry -> depth(model, entry, depths, new HashSet<>()));
        return depths.keySet();
    }

    /// How deeply calls are nested below the subgraph. `open` are the subgraphs on the way to it.
    private static int depth(Model model, int subgraph, Map<Integer, Integer> depths, Set<Integer> open) {
        if (subgraph < 0 || subgraph >= model.subgraphs().size()) {
            throw invalid(model, subgraph, "is called and does not exist");
        }
        Integer known = depths.get(subgraph);
        if (known != null) {
            return known;
        }
        if (!open.add(subgraph) || open.size() > DEEPEST) {
            throw invalid(model, subgraph, "calls itself, or calls are nested deeper than " + DEEPEST);
        }
        int depth = 0;
        for (int call : of(model.subgraphs().get(subgraph))) {
            depth = Math.max(depth, 1 + depth(model, call, depths, open));
        }
        if (depth > DEEPEST) {
            throw invalid(model, subgraph, "has calls nested deeper than " + DEEPEST);
        }
        open.remove(subgraph);
        depths.put(subgraph, depth);
        return depth;
    }

    private static InvalidModelException invalid(Model model, int subgraph, String what) {
        return new InvalidModelException(
                "LQ0221",
                new Location(model.source(), subgraph, -1, null, null),
                what,
                "export the model again; subgraphs may only call others in a tree.");
    }
}
