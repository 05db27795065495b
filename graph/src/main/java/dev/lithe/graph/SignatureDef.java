package dev.lithe.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A named entry point: what callers call the inputs and outputs of subgraph `subgraph` (an index).
public record SignatureDef(String key, int subgraph, Map<String, TensorId> inputs, Map<String, TensorId> outputs) {
    public SignatureDef {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }
}
