package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Calls layers by the rules of their kinds, and hands masks on as Keras does.
///
/// @param variables the weights of the model
/// @param rules by class
record Caller(Variables variables, Map<String, LayerRule> rules) {
    /// Layers whose results have the mask of their input.
    private static final Set<String> HAND_ON = Set.of(
            "Activation",
            "ActivityRegularization",
            "AlphaDropout",
            "BatchNormalization",
            "Dense",
            "Dropout",
            "ELU",
            "GaussianDropout",
            "GaussianNoise",
            "GroupNormalization",
            "Identity",
            "LayerNormalization",
            "LeakyReLU",
            "Normalization",
            "PReLU",
            "ReLU",
            "Rescaling",
            "Softmax",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "TimeDistributed",
            "UnitNormalization");

    Caller {
        rules = Map.copyOf(rules);
    }

    /// What `layer` gives for `arguments`.
    ///
    /// @throws NotLowerable where its settings or its inputs are none that it can have
    List<Symbol> call(Layer layer, Ops ops, Arguments arguments) {
        LayerRule rule = rules.get(layer.kind());
        if (rule == null) {
            throw new NotLowerable("its class is not known");
        }
        layer.requireFloat();
        LayerCall call = new LayerCall(this, layer, ops, arguments);
        List<Symbol> results = ops.graph.scoped(layer.name(), () -> rule.apply(call));
        if (!HAND_ON.contains(layer.kind()) || results.size() != 1) {
            return results;
        }
        return List.of(results.getFirst().withMask(call.mask()));
    }
}
