package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A layer of the model: its kind, its settings, and its weights, which all its calls share.
final class Layer {
    private static final Set<String> QUANTIZED = Set.of("QuantizedDTypePolicy", "QuantizedFloat8DTypePolicy");

    private final String kind;
    private final String name;
    private final KerasConfig config;
    private final Weights weights;
    private final Map<String, Symbol> variables = new HashMap<>();
    private final Map<String, Layer> children = new HashMap<>();
    private int count;

    Layer(String kind, String name, KerasConfig config, Weights weights) {
        this.kind = kind;
        this.name = name;
        this.config = config;
        this.weights = weights;
    }

    /// Reads `{"class_name": …, "config": {…}}`.
    ///
    /// @param weights those of this layer
    static Layer of(JsonNode json, Weights weights) {
        String kind = kind(json);
        KerasConfig config = new KerasConfig(json.path("config"));
        return new Layer(kind, name(json), config, weights);
    }

    /// The class of a serialized layer.
    static String kind(JsonNode json) {
        return json.path("class_name").asString("");
    }

    /// The name of a serialized layer.
    static String name(JsonNode json) {
        String inner = json.path("config").path("name").asString("");
        return json.path("name").asString(inner.isEmpty() ? kind(json).toLowerCase(java.util.Locale.ROOT) : inner);
    }

    String kind() {
        return kind;
    }

    String name() {
        return name;
    }

    KerasConfig config() {
        return config;
    }

    Weights weights() {
        return weights;
    }

    /// The layer that `attribute` holds, made by `json`; the same one on each call.
    Layer child(String attribute, JsonNode json) {
        return children.computeIfAbsent(attribute, key -> Layer.of(json, weights.child(attribute, name(json))));
    }

    /// A layer within this one that has no settings of its own in the file.
    Layer child(String attribute, String childKind, String childName, KerasConfig childConfig) {
        return children.computeIfAbsent(
                attribute, key -> new Layer(childKind, childName, childConfig, weights.child(attribute, childName)));
    }

    /// Member `index` of a list of layers that this one holds.
    Layer member(String key, java.util.function.Supplier<Layer> maker) {
        return children.computeIfAbsent(key, any -> maker.get());
    }

    /// The handle of the weight called `weight`. Weights are numbered in the order in which they are first asked for,
    /// which is that in which Keras makes them.
    Symbol variable(String weight, Variables all, int... shape) {
        Symbol known = variables.get(weight);
        if (known == null) {
            known = all.add(this, count++, weight, shape);
            variables.put(weight, known);
        }
        return known;
    }

    /// @throws NotLowerable where Keras has quantized the layer's weights
    void requireFloat() {
        JsonNode policy = config.get("dtype");
        String policyKind = policy.path("class_name").asString("");
        if (QUANTIZED.contains(policyKind)) {
            throw new NotLowerable(
                    "Keras has quantized its weights; save the model before it is quantized, and quantize it here");
        }
    }

    @Override
    public String toString() {
        return kind + " '" + name + "'";
    }
}
