package dev.lithe.quantizer;

import dev.lithe.graph.Model;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything that [Quantizer#apply] will do, open to inspection before it is done.
///
/// @param model the float model
/// @param decisions one per operator, in execution order
/// @param activations the parameters of every activation that will be held in integers
/// @param warnings what the user should know
public record QuantizationPlan(
        Model model,
        Recipe recipe,
        Map<NodeId, Decision> decisions,
        Map<TensorId, QuantizationParameters> activations,
        List<String> warnings) {
    public QuantizationPlan {
        decisions = Collections.unmodifiableMap(new LinkedHashMap<>(decisions));
        activations = Collections.unmodifiableMap(new LinkedHashMap<>(activations));
        warnings = List.copyOf(warnings);
    }

    /// The precision that `node` was given.
    ///
    /// @throws IllegalArgumentException where it is no node of the model
    public Precision precision(NodeId node) {
        Decision decision = decisions.get(node);
        if (decision == null) {
            throw new IllegalArgumentException(node + " is no node of " + model.source());
        }
        return decision.precision();
    }
}
