package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.schema.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A file of Keras: the configuration of a model, and its weights.
///
/// @param name what messages call it
/// @param version of the Keras that wrote it
/// @param model `{"class_name": …, "config": {…}}`
record KerasFile(String name, KerasVersion version, JsonNode model, Weights weights) {
    private static final String CONFIG = "config.json";
    private static final String METADATA = "metadata.json";
    private static final String VERSION = "keras_version";
    private static final String WEIGHTS = "model.weights.h5";
    private static final String MODEL_WEIGHTS = "model_weights";
    private static final long CONFIG_LIMIT = 1L << 28;

    /// @throws MalformedModelException where the file is cut off or damaged (LQ0170, LQ0171, LQ0172)
    /// @throws UnsupportedException where it holds no model, or one that is written in an unusual way
    static KerasFile read(Path path) {
        Bytes content = MappedFile.map(path);
        boolean zip = content.byteSize() > 1
                && content.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0) == 'P'
                && content.segment().get(java.lang.foreign.ValueLayout.JAVA_BYTE, 1) == 'K';
        return zip ? archive(path) : hdf5(path, content);
    }

    private static KerasFile archive(Path path) {
        ZipArchive zip = ZipArchive.open(path);
        Bytes config = zip.read(CONFIG, CONFIG_LIMIT);
        if (config == null) {
            throw new MalformedModelException(
                    "LQ0172",
                    Location.file(path.toString()),
                    "is a zip file without " + CONFIG + ", so it is no file of Keras",
                    "save the model with Keras (model.save(\"model.keras\")).");
        }
        JsonNode model = parse(path.toString(), new String(config.toArray(), StandardCharsets.UTF_8));
        Bytes weights = zip.read(WEIGHTS, Long.MAX_VALUE);
        if (weights == null) {
            throw new UnsupportedException(
                    "LQ0371",
                    Location.file(path.toString()),
                    "has no " + WEIGHTS + " but " + zip.names(),
                    "save the model again with weights in one HDF5 file, which is what model.save does by itself.");
        }
        Hdf5 file = Hdf5.open(path + "!" + WEIGHTS, weights);
        return new KerasFile(path.toString(), version(path, zip), model, new PathWeights(file, ""));
    }

    private static KerasFile hdf5(Path path, Bytes content) {
        Hdf5 file = Hdf5.open(path.toString(), content);
        List<String> config = file.texts("", "model_config");
        if (config == null || config.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0372",
                    Location.file(path.toString()),
                    "holds weights only, not the layers that they belong to" + owners(file),
                    "load them in Keras into the model that they were saved from (model.load_weights), and save that"
                            + " whole (model.save(\"model.keras\")).");
        }
        JsonNode model = parse(path.toString(), String.join("", config));
        String group = file.has(MODEL_WEIGHTS) ? MODEL_WEIGHTS : "";
        List<String> version = file.texts("", VERSION);
        List<String> inner = version == null ? file.texts(group, VERSION) : version;
        return new KerasFile(
                path.toString(),
                KerasVersion.of(path.toString(), inner == null ? null : String.join("", inner), 1),
                model,
                NamedWeights.of(file, group));
    }

    private static KerasVersion version(Path path, ZipArchive zip) {
        Bytes metadata = zip.read(METADATA, CONFIG_LIMIT);
        if (metadata == null) {
            return KerasVersion.of(path.toString(), null, 3);
        }
        JsonNode version = parse(path.toString(), new String(metadata.toArray(), StandardCharsets.UTF_8))
                .path(VERSION);
        return KerasVersion.of(path.toString(), version.isString() ? version.stringValue() : null, 3);
    }

    private static String owners(Hdf5 file) {
        List<String> names = file.children("");
        if (names.isEmpty()) {
            return "";
        }
        String some = String.join(", ", names.subList(0, Math.min(names.size(), 12)));
        return " (" + some + (names.size() > 12 ? ", …" : "") + ")";
    }

    private static JsonNode parse(String file, String json) {
        try {
            return JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new MalformedModelException(
                    "LQ0172",
                    Location.file(file),
                    "has a configuration that is no JSON: " + e.getOriginalMessage(),
                    "copy or save the model again.",
                    e);
        }
    }
}
