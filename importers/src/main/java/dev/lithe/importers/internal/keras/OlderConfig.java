package dev.lithe.importers.internal.keras;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Brings the configuration of a model that an older Keras wrote to the meaning that the layers have here, which is
/// that of Keras 3.
///
/// `hard_sigmoid` was `max(0, min(1, 0.2 x + 0.5))` in Keras 1 and 2 and is `relu6(x + 3) / 6` in Keras 3; layers
/// that leave `recurrent_activation` out take the default of their own time.
final class OlderConfig {
    private static final String HARD_SIGMOID = "hard_sigmoid";
    private static final Set<String> GATED = Set.of("LSTM", "GRU", "LSTMCell", "GRUCell");
    private static final String GATE = "recurrent_activation";

    private final KerasVersion version;

    private OlderConfig(KerasVersion version) {
        this.version = version;
    }

    static JsonNode translated(JsonNode model, KerasVersion version) {
        if (version.major() >= 3) {
            return model;
        }
        JsonNode copy = model.deepCopy();
        new OlderConfig(version).visit(copy);
        return copy;
    }

    private void visit(JsonNode json) {
        if (json instanceof ObjectNode object) {
            if (object.path("config") instanceof ObjectNode config && object.has("class_name")) {
                if (version.major() == 1) {
                    FirstConfig.translate(object, config);
                }
                gate(Layer.kind(object), config);
            }
            for (String key : List.copyOf(object.propertyNames())) {
                JsonNode value = object.get(key);
                if (key.endsWith("activation")) {
                    object.set(key, function(value));
                } else {
                    visit(value);
                }
            }
        } else if (json instanceof ArrayNode array) {
            array.forEach(this::visit);
        }
    }

    /// Puts the default of `recurrent_activation` in: `hard_sigmoid` before version 2.3, and for convolutional
    /// layers up to the end of Keras 2.
    private void gate(String kind, ObjectNode config) {
        boolean convolutional = kind.startsWith("ConvLSTM");
        if (convolutional || (GATED.contains(kind) && version.isBefore(2, 3))) {
            if (!config.has(GATE)) {
                config.put(GATE, HARD_SIGMOID);
            }
        }
    }

    /// An activation: a name, or a serialized function or layer.
    private JsonNode function(JsonNode json) {
        if (json.isString()) {
            return json.stringValue().equals(HARD_SIGMOID) ? StringNode.valueOf(Activations.OLDER_HARD_SIGMOID) : json;
        }
        if (json instanceof ObjectNode object) {
            for (String key : List.of("class_name", "config")) {
                if (object.path(key).isString()) {
                    object.set(key, function(object.get(key)));
                }
            }
            visit(object.path("config"));
        }
        return json;
    }
}
