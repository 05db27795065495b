package dev.lithe.internal;

import dev.lithe.Lithe;
import dev.lithe.graph.Metadata;
import dev.lithe.quantizer.BiasType;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/// The `lithe.provenance` entry: how a file came about, as JSON in UTF-8. Without times and paths, so that the
/// same input gives the same bytes. Only what differs from the defaults is written.
///
/// @param source checksum of the source model; null where `CONVERSION_METADATA` has it
/// @param data checksum of the representative dataset or of the ranges; null where the mode needs none
public record Provenance(
        Recipe recipe, @Nullable String source, @Nullable String data) {
    public static final String NAME = "lithe.provenance";

    public Metadata metadata() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json =
                new JsonFactory().createGenerator(tools.jackson.core.ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("lithe", Lithe.version());
            if (recipe.mode() != QuantizationMode.NONE) {
                json.writeStringProperty("quantize", recipe.mode().word());
            }
            writeChoices(json);
            if (source != null) {
                json.writeStringProperty("source", source);
            }
            if (data != null) {
                json.writeStringProperty("data", data);
            }
            json.writeEndObject();
        }
        return new Metadata(NAME, Bytes.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void writeChoices(JsonGenerator json) {
        writeFlag(json, "integer_only", recipe.integerOnly());
        writeFlag(json, "per_tensor", !recipe.perChannel());
        writeFlag(json, "compat_tensorflow", recipe.tensorflowCompatible());
        writeType(json, "input_type", recipe.inputType());
        writeType(json, "output_type", recipe.outputType());
        if (recipe.biasType() != BiasType.AUTO) {
            json.writeStringProperty("bias_type", recipe.biasType().name().toLowerCase(Locale.ROOT));
        }
        writeList(
                json,
                "exclude_op",
                recipe.excludedOperators().stream().map(Enum::name).sorted().toList());
        writeList(
                json,
                "exclude_layer",
                recipe.excludedLayers().stream().map(Pattern::pattern).toList());
    }

    private static void writeFlag(JsonGenerator json, String name, boolean value) {
        if (value) {
            json.writeBooleanProperty(name, true);
        }
    }

    private static void writeType(JsonGenerator json, String name, TensorType type) {
        if (type != TensorType.FLOAT32) {
            json.writeStringProperty(name, type.name().toLowerCase(Locale.ROOT));
        }
    }

    private static void writeList(JsonGenerator json, String name, List<String> values) {
        if (!values.isEmpty()) {
            json.writeArrayPropertyStart(name);
            values.forEach(json::writeString);
            json.writeEndArray();
        }
    }
}
