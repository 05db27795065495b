package dev.lithe.importers.internal.keras;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.Shape;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.SignatureProto;
import dev.lithe.importers.internal.proto.TensorInfo;
import dev.lithe.importers.internal.tensorflow.GraphReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads files of Keras: the layers are written as the graph of TensorFlow that `model.export` would
/// write, and that goes the way of a SavedModel.
public final class KerasReader {
    private static final String KEY = "serving_default";
    private static final String FIX = "export the model as a SavedModel where its code is at hand"
            + " (model.export(\"folder\")), and give that folder.";

    private final String file;
    private final String name;
    private final KerasFile model;
    private final GraphWriter graph = GraphWriter.main();
    private final ModelLayers models = new ModelLayers();
    private final Variables variables;
    private final Caller caller;

    private KerasReader(Path path) {
        file = path.toString();
        name = String.valueOf(path.getFileName() == null ? path : path.getFileName());
        model = KerasFile.read(path);
        variables = new Variables(name, graph);
        caller = new Caller(variables, rules());
    }

    /// @throws dev.lithe.graph.LitheException where the file is damaged, contradicts itself or has layers
    ///     that cannot be expressed
    public static Model read(Path path, ImportOptions options) {
        return new KerasReader(path).run(options);
    }

    private Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        Stream.of(
                        CoreLayers.rules(),
                        Activations.rules(),
                        ConvolutionLayers.rules(),
                        PoolingLayers.rules(),
                        NormalizationLayers.rules(),
                        ReshapingLayers.rules(),
                        MergingLayers.rules(),
                        PreprocessingLayers.rules(),
                        AttentionLayers.rules(),
                        RecurrentLayers.rules(),
                        Operations.rules(),
                        models.rules())
                .forEach(rules::putAll);
        return rules;
    }

    private Model run(ImportOptions options) {
        checkSignatures(options);
        SignatureProto signature = written();
        GraphReader.Source source =
                new GraphReader.Source(name, file, graph.graph(), Map.of(KEY, signature), variables::value);
        return GraphReader.read(source, options);
    }

    private JsonNode translated() {
        try {
            return OlderConfig.translated(model.model(), model.version());
        } catch (NotLowerable e) {
            throw new UnsupportedException("LQ0373", Location.file(file), String.valueOf(e.getMessage()), FIX, e);
        }
    }

    private SignatureProto written() {
        try {
            JsonNode json = translated();
            new LayerCheck(name, caller.rules().keySet()).check(json);
            return write(json);
        } catch (ArithmeticException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | JacksonException
                | NoSuchElementException e) {
            throw new InvalidModelException(
                    "LQ0271",
                    Location.file(file),
                    "has a configuration that does not fit together: " + e.getMessage(),
                    FIX,
                    e);
        }
    }

    private void checkSignatures(ImportOptions options) {
        for (String key : options.signatures()) {
            if (!key.equals(KEY)) {
                throw new InvalidModelException(
                        "LQ0253",
                        Location.file(file),
                        "has no signature '" + key + "'",
                        "take " + KEY + ", the only one that a file of Keras has.");
            }
        }
    }

    private SignatureProto write(JsonNode json) {
        Layer layer = Layer.of(json, model.weights());
        Ops ops = new Ops(graph);
        List<Symbol> results;
        SignatureProto.Builder signature = SignatureProto.newBuilder();
        try {
            Map<String, Symbol> inputs = inputs(json, signature);
            results = caller.call(layer, ops, Arguments.of(inputs.values().toArray(Symbol[]::new)));
        } catch (ModelLayers.Skipped e) {
            results = List.of();
        } catch (NotLowerable e) {
            variables.check();
            throw new InvalidModelException("LQ0271", Location.file(file), String.valueOf(e.getMessage()), FIX, e);
        }
        variables.check();
        if (!models.problems().isEmpty()) {
            throw unsupported();
        }
        List<Symbol> outputs = graph.addAll(
                "IdentityN",
                "StatefulPartitionedCall_1",
                results.stream().map(Symbol::type).toList(),
                results.stream().map(Symbol::shape).toList(),
                Map.of("T", Attr.types(results.stream().map(Symbol::type).toList())),
                results);
        List<String> names = outputNames(json, outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            signature.putOutputs(names.get(i), info(outputs.get(i), i));
        }
        return signature.build();
    }

    private static TensorInfo info(Symbol symbol, int index) {
        String reference = symbol.reference();
        return TensorInfo.newBuilder()
                .setName(index == 0 || !reference.contains(":") ? reference + ":0" : reference)
                .setDtype(symbol.type())
                .setTensorShape(Attr.shapeProto(symbol.shape()))
                .build();
    }

    private UnsupportedException unsupported() {
        List<Offender> offenders = models.problems().stream()
                .map(problem -> new Offender(
                        Location.operator(name, -1, -1, problem.layer().toString(), null), problem.why()))
                .toList();
        return new UnsupportedException(
                "LQ0373",
                name + ": " + offenders.size() + (offenders.size() == 1 ? " layer" : " layers")
                        + " cannot be converted",
                FIX,
                offenders);
    }

    /// A table of outputs keeps its names; a list gets those that an export gives it.
    private static List<String> outputNames(JsonNode json, int count) {
        JsonNode outputs = json.path("config").path("output_layers");
        if (outputs.isObject() && outputs.size() == count) {
            return outputs.propertyNames().stream().sorted().toList();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("output_" + i);
        }
        return names;
    }

    private Map<String, Symbol> inputs(JsonNode json, SignatureProto.Builder signature) {
        Map<String, Symbol> inputs = new LinkedHashMap<>();
        ModelInputs.of(json).forEach(input -> {
            String placeholder = KEY + "_" + input.name();
            Symbol symbol = graph.add(
                    "Placeholder",
                    placeholder,
                    input.type(),
                    input.shape(),
                    Map.of("dtype", Attr.type(input.type()), "shape", Attr.shape(input.shape())));
            inputs.put(input.name(), symbol);
            signature.putInputs(input.name(), info(symbol, 0));
        });
        return inputs;
    }

    /// What a model takes.
    record Input(String name, DataType type, Shape shape) {}
}
