package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Finds what a model takes in its configuration.
final class ModelInputs {
    private ModelInputs() {}

    static List<KerasReader.Input> of(JsonNode model) {
        return Layer.kind(model).equals("Sequential") ? List.of(sequential(model)) : functional(model);
    }

    private static List<KerasReader.Input> functional(JsonNode model) {
        JsonNode config = model.path("config");
        List<JsonNode> members = ModelLayers.members(config);
        Map<String, JsonNode> byName = new HashMap<>();
        members.forEach(json -> byName.put(Layer.name(json), json));
        List<KerasReader.Input> inputs = new ArrayList<>();
        for (Inbound.Tensor tensor : new Inbound(members, config).tensors(config.path("input_layers"))) {
            JsonNode json = byName.get(tensor.reference().layer());
            if (json == null) {
                throw new NotLowerable("its input '" + tensor.reference().layer() + "' is none of its layers");
            }
            inputs.add(input(json, tensor.reference().layer()));
        }
        if (inputs.isEmpty()) {
            throw new NotLowerable("the model has no inputs");
        }
        return inputs;
    }

    private static KerasReader.Input input(JsonNode json, String name) {
        KerasConfig config = new KerasConfig(json.path("config"));
        if (config.flag("sparse", false) || config.flag("ragged", false)) {
            throw new NotLowerable("its input '" + name + "' is sparse or ragged; only dense tensors can be read");
        }
        return new KerasReader.Input(name, type(config), shape(config, name));
    }

    private static DataType type(KerasConfig config) {
        JsonNode type = config.get("dtype");
        return type.isString() ? Operations.type(type.stringValue()) : DataType.DT_FLOAT;
    }

    private static Shape shape(KerasConfig config, String name) {
        for (String key : List.of("batch_shape", "batch_input_shape", "input_shape")) {
            if (config.has(key)) {
                int[] sizes = config.integers(key);
                for (int size : sizes) {
                    if (size < -1) {
                        throw new NotLowerable("its input '" + name + "' has a dimension of " + size);
                    }
                }
                return Shape.of(sizes);
            }
        }
        throw new NotLowerable("its input '" + name + "' has no shape: the model was never built");
    }

    private static KerasReader.Input sequential(JsonNode model) {
        JsonNode config = model.path("config");
        List<JsonNode> members = ModelLayers.members(config);
        if (members.isEmpty()) {
            throw new NotLowerable("the model has no layers");
        }
        JsonNode first = members.getFirst();
        if (Layer.kind(first).equals("InputLayer")) {
            return input(first, Layer.name(first));
        }
        if (first.path("config").has("layers")) {
            // A model within the model knows its own input.
            KerasReader.Input inner = of(first).getFirst();
            return new KerasReader.Input(Layer.name(first) + "_input", inner.type(), inner.shape());
        }
        String name = Layer.name(first) + "_input";
        KerasConfig own = new KerasConfig(first.path("config"));
        if (own.has("batch_input_shape") || own.has("batch_shape")) {
            return new KerasReader.Input(name, type(own), shape(own, name));
        }
        for (JsonNode built : List.of(
                config.path("build_input_shape"),
                model.path("build_config").path("input_shape"),
                first.path("build_config").path("input_shape"))) {
            if (built.isArray()) {
                boolean indices = Layer.kind(first).equals("Embedding");
                DataType type = indices ? DataType.DT_INT32 : DataType.DT_FLOAT;
                return new KerasReader.Input(name, type, Shape.of(KerasConfig.integers(built, "input_shape")));
            }
        }
        throw new NotLowerable("the model does not say what shape its input has: it was never built");
    }
}
