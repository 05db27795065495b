package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The layers of Keras 1 and their settings, under the names that they have had since Keras 2.
final class FirstConfig {
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("Convolution1D", "Conv1D"),
            Map.entry("Convolution2D", "Conv2D"),
            Map.entry("Convolution3D", "Conv3D"),
            Map.entry("AtrousConvolution1D", "Conv1D"),
            Map.entry("AtrousConvolution2D", "Conv2D"),
            Map.entry("SeparableConvolution2D", "SeparableConv2D"));

    /// Settings with another name. Where a layer uses one of the new names for something else, see below.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("nb_filter", "filters"),
            Map.entry("border_mode", "padding"),
            Map.entry("subsample", "strides"),
            Map.entry("subsample_length", "strides"),
            Map.entry("atrous_rate", "dilation_rate"),
            Map.entry("filter_length", "kernel_size"),
            Map.entry("pool_length", "pool_size"),
            Map.entry("stride", "strides"),
            Map.entry("length", "size"),
            Map.entry("bias", "use_bias"),
            Map.entry("inner_activation", "recurrent_activation"),
            Map.entry("input_dtype", "dtype"),
            Map.entry("p", "rate"));

    private static final List<String> KERNEL = List.of("nb_row", "nb_col");
    private static final List<String> CUBE = List.of("kernel_dim1", "kernel_dim2", "kernel_dim3");
    private static final List<String> RECURRENT = List.of("LSTM", "GRU", "SimpleRNN");
    private static final Map<String, String> MERGES =
            Map.of("sum", "Add", "mul", "Multiply", "concat", "Concatenate", "ave", "Average", "max", "Maximum");

    private FirstConfig() {}

    /// Changes `layer` and its `config` in place.
    ///
    /// @throws NotLowerable where the layer works in a way that later versions do not have
    static void translate(ObjectNode layer, ObjectNode config) {
        String kind = Layer.kind(layer);
        refuse(kind, config);
        NAMES.forEach((older, newer) -> rename(config, older, newer));
        gather(config, KERNEL);
        gather(config, CUBE);
        if (kind.equals("Dense") || RECURRENT.contains(kind)) {
            rename(config, "output_dim", "units");
        }
        if (RECURRENT.contains(kind)
                && !config.path("consume_less").asString("").equals("gpu")) {
            config.put(Cells.SEPARATE, true);
        }
        if (kind.equals("RepeatVector")) {
            rename(config, "size", "n");
        }
        if (kind.contains("onvolution1D")) {
            config.put(ConvolutionLayers.FLAT_KERNEL, true);
        }
        if (kind.equals("Merge")) {
            merge(layer, config);
        } else {
            layer.put("class_name", KINDS.getOrDefault(kind, kind));
        }
        if (!ModelLayers.KINDS.contains(kind)) {
            config.put("trainable", config.path("trainable").asBoolean(true));
        }
    }

    private static void refuse(String kind, ObjectNode config) {
        String what = Layer.name(config);
        if (config.path("dim_ordering").asString("tf").equals("th")) {
            throw new NotLowerable("layer '" + what + "' has its channels first, as Theano has them");
        }
        if (kind.equals("BatchNormalization") && config.path("mode").asInt(0) == 1) {
            throw new NotLowerable("layer '" + what + "' normalizes each sample by itself (mode 1)");
        }
        if (kind.equals("ConvLSTM2D")) {
            throw new NotLowerable("layer '" + what + "' is a ConvLSTM2D of Keras 1");
        }
    }

    private static void rename(ObjectNode config, String older, String newer) {
        JsonNode value = config.get(older);
        if (value != null && !config.has(newer)) {
            config.set(newer, value);
            config.remove(older);
        }
    }

    /// `{"nb_row": 3, "nb_col": 5}` as `{"kernel_size": [3, 5]}`.
    private static void gather(ObjectNode config, List<String> keys) {
        if (keys.stream().allMatch(config::has)) {
            ArrayNode sizes = config.putArray("kernel_size");
            keys.forEach(key -> sizes.add(config.get(key)));
        }
    }

    private static void merge(ObjectNode layer, ObjectNode config) {
        String mode = config.path("mode").asString("");
        String kind = MERGES.get(mode);
        if (kind == null || config.path("layers").size() > 0) {
            throw new NotLowerable("layer '" + Layer.name(layer) + "' merges in a way that later versions do not have"
                    + (kind == null ? " (" + mode + ")" : " (models within the layer)"));
        }
        layer.put("class_name", kind);
        if (mode.equals("concat")) {
            config.set("axis", config.path("concat_axis"));
        }
    }
}
