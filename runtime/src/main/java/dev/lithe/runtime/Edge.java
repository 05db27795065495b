package dev.lithe.runtime;

import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a caller calls the inputs and outputs of an entry: the signature's names, or the tensors' where there
/// is none.
///
/// @param subgraph the index of the subgraph that is entered
record Edge(int subgraph, Map<String, TensorSpec> inputs, Map<String, TensorSpec> outputs) {
    Edge {
        inputs = Collections.unmodifiableMap(inputs);
        outputs = Collections.unmodifiableMap(outputs);
    }

    static Edge of(SignatureDef signature, Subgraph subgraph) {
        return new Edge(
                signature.subgraph(), specs(signature.inputs(), subgraph), specs(signature.outputs(), subgraph));
    }

    /// Names the tensors of a subgraph without a signature. A name that stands there again gets `:1`, `:2`, …
    static Edge of(int index, Subgraph subgraph) {
        return new Edge(index, byName(subgraph.inputs(), subgraph), byName(subgraph.outputs(), subgraph));
    }

    private static Map<String, TensorSpec> specs(Map<String, TensorId> ids, Subgraph subgraph) {
        Map<String, TensorSpec> specs = new LinkedHashMap<>();
        ids.forEach((name, id) -> specs.put(name, subgraph.tensor(id)));
        return specs;
    }

    private static Map<String, TensorSpec> byName(List<TensorId> ids, Subgraph subgraph) {
        Map<String, TensorSpec> specs = new LinkedHashMap<>();
        for (TensorId id : ids) {
            TensorSpec spec = subgraph.tensor(id);
            String name = spec.name();
            for (int i = 1; specs.containsKey(name); i++) {
                name = spec.name() + ":" + i;
            }
            specs.put(name, spec);
        }
        return specs;
    }
}
