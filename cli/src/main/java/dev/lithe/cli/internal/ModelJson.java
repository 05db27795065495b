package dev.lithe.cli.internal;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.Floats;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Longs;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model as the document that `inspect --json` prints. Tensors and operators go by their positions in the file.
final class ModelJson {
    private static final int LONGEST_TEXT = 4096;

    private final Model model;

    private ModelJson(Model model) {
        this.model = model;
    }

    static Map<String, Object> of(Model model) {
        return new ModelJson(model).document();
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("description", model.description());
        document.put(
                "signatures", model.signatures().stream().map(this::signature).toList());
        document.put(
                "subgraphs", model.subgraphs().stream().map(ModelJson::subgraph).toList());
        document.put(
                "metadata", model.metadata().stream().map(ModelJson::metadata).toList());
        document.put("trailing_bytes", model.trailing().byteSize());
        return document;
    }

    private Map<String, Object> signature(SignatureDef signature) {
        Map<TensorId, Integer> positions = positions(model.subgraphs().get(signature.subgraph()));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", signature.key());
        map.put("subgraph", signature.subgraph());
        map.put("inputs", named(signature.inputs(), positions));
        map.put("outputs", named(signature.outputs(), positions));
        return map;
    }

    private List<Map<String, Object>> named(Map<String, TensorId> names, Map<TensorId, Integer> positions) {
        List<Map<String, Object>> list = new ArrayList<>();
        names.forEach((name, id) -> {
            TensorSpec spec = model.tensor(id);
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", name);
            map.put("tensor", positions.get(id));
            map.put("type", spec.type().name());
            map.put("shape", list(spec.declaredShape().dimensions()));
            list.add(map);
        });
        return list;
    }

    private static Map<String, Object> subgraph(Subgraph subgraph) {
        Map<TensorId, Integer> positions = positions(subgraph);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", subgraph.name());
        map.put("inputs", indices(subgraph.inputs(), positions));
        map.put("outputs", indices(subgraph.outputs(), positions));
        List<Map<String, Object>> operators = new ArrayList<>();
        for (Node node : subgraph.nodes()) {
            operators.add(operator(operators.size(), node, positions));
        }
        map.put("operators", operators);
        List<Map<String, Object>> tensors = new ArrayList<>();
        subgraph.tensors().values().forEach(spec -> tensors.add(tensor(tensors.size(), spec)));
        map.put("tensors", tensors);
        return map;
    }

    private static Map<String, Object> operator(int index, Node node, Map<TensorId, Integer> positions) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("index", index);
        map.put("name", node.code().builtin().name());
        if (!node.code().customName().isEmpty()) {
            map.put("custom_name", node.code().customName());
        }
        map.put("version", node.code().version());
        map.put("inputs", indices(node.inputs(), positions));
        map.put("outputs", indices(node.outputs(), positions));
        Object builtin = node.options().builtin();
        map.put("options", builtin == null ? Map.of() : options(builtin));
        if (!node.options().custom().isEmpty()) {
            map.put("custom_options_bytes", node.options().custom().byteSize());
        }
        return map;
    }

    private static Map<String, Object> tensor(int index, TensorSpec spec) {
        Map<String, Object> map = new LinkedHashMap<>();
        QuantizationParameters quantization = spec.quantization();
        Constant constant = spec.constant();
        map.put("index", index);
        map.put("name", spec.name());
        map.put("shape", list(spec.shape().dimensions()));
        if (spec.shapeSignature() != null) {
            map.put("shape_signature", list(spec.shapeSignature().dimensions()));
        }
        map.put("type", spec.type().name());
        map.put("scales", list(quantization.scales()));
        map.put("zero_points", list(quantization.zeroPoints()));
        map.put("quantized_dimension", quantization.quantizedDimension());
        map.put("constant", spec.isConstant());
        if (constant != null) {
            map.put("bytes", constant.byteSize());
        }
        if (spec.variable()) {
            map.put("variable", true);
        }
        return map;
    }

    private static Map<String, Object> metadata(Metadata metadata) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", metadata.name());
        map.put("bytes", metadata.content().byteSize());
        String text = text(metadata.content());
        if (text != null) {
            map.put("text", text);
        }
        return map;
    }

    /// The content as text where it is nothing but printable ASCII, padded with zeros perhaps.
    static @Nullable String text(Bytes content) {
        if (content.byteSize() > LONGEST_TEXT) {
            return null;
        }
        byte[] bytes = content.toArray();
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] < ' ' || bytes[i] > '~') {
                return null;
            }
        }
        return length == 0 ? null : new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    /// An option record by the names that the format has for its fields.
    private static Map<String, Object> options(Object options) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (RecordComponent component : options.getClass().getRecordComponents()) {
            try {
                map.put(
                        Text.snakeCase(component.getName()),
                        value(component.getAccessor().invoke(options)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("the option records are public", e);
            }
        }
        return map;
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean flag -> flag;
            case Number number -> number;
            case Enum<?> constant -> constant.name();
            case Ints ints -> list(ints);
            case Longs longs -> list(longs);
            case Floats floats -> list(floats);
            case List<?> list -> list.stream().map(ModelJson::value).toList();
            case Bytes bytes -> Map.of("bytes", bytes.byteSize());
            case Record nested -> options(nested);
            default -> value.toString();
        };
    }

    private static List<Integer> indices(List<TensorId> ids, Map<TensorId, Integer> positions) {
        return ids.stream().map(id -> positions.getOrDefault(id, -1)).toList();
    }

    static Map<TensorId, Integer> positions(Subgraph subgraph) {
        Map<TensorId, Integer> positions = new HashMap<>();
        subgraph.tensors().keySet().forEach(id -> positions.put(id, positions.size()));
        return positions;
    }

    private static List<Integer> list(Ints values) {
        return values.stream().boxed().toList();
    }

    private static List<Long> list(Longs values) {
        return Arrays.stream(values.toArray()).boxed().toList();
    }

    private static List<Float> list(Floats values) {
        List<Float> list = new ArrayList<>();
        for (float value : values.toArray()) {
            list.add(value);
        }
        return list;
    }
}
