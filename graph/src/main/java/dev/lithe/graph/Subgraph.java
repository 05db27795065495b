package dev.lithe.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// One graph of a model: operators in execution order over tensors. `tensors` keeps the order of the source file.
public record Subgraph(
        String name,
        Map<TensorId, TensorSpec> tensors,
        List<Node> nodes,
        List<TensorId> inputs,
        List<TensorId> outputs) {
    public Subgraph {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        nodes = List.copyOf(nodes);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// @throws IllegalArgumentException where `id` is no tensor of this subgraph
    public TensorSpec tensor(TensorId id) {
        TensorSpec spec = tensors.get(id);
        if (spec == null) {
            throw new IllegalArgumentException(id + " is no tensor of subgraph '" + name + "'");
        }
        return spec;
    }

    /// The node that writes each tensor.
    public Map<TensorId, Node> producers() {
        Map<TensorId, Node> producers = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (TensorId output : node.outputs()) {
                producers.put(output, node);
            }
        }
        return producers;
    }

    /// The nodes that read each tensor, in execution order (a node that reads a tensor twice stands there once).
    public Map<TensorId, List<Node>> consumers() {
        Map<TensorId, List<Node>> consumers = new LinkedHashMap<>();
        for (Node node : nodes) {
            for (TensorId input : new LinkedHashSet<>(node.inputs())) {
                if (input.isPresent()) {
                    consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
                }
            }
        }
        return consumers;
    }
}
