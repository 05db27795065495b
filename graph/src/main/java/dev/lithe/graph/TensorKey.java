package dev.lithe.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Names a tensor in a way that is stable across processes: names need not be unique, so `ordinal` counts the
/// tensors of the same name within a subgraph, in order of appearance.
public record TensorKey(int subgraph, String name, int ordinal) {
    /// The keys of all tensors of `model`.
    public static Map<TensorId, TensorKey> of(Model model) {
        Map<TensorId, TensorKey> keys = new LinkedHashMap<>();
        for (int i = 0; i < model.subgraphs().size(); i++) {
            Map<String, Integer> seen = new HashMap<>();
            for (TensorSpec spec : model.subgraphs().get(i).tensors().values()) {
                int ordinal = seen.merge(spec.name(), 1, Integer::sum) - 1;
                keys.put(spec.id(), new TensorKey(i, spec.name(), ordinal));
            }
        }
        return keys;
    }
}
