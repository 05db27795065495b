package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// How the layers of a functional model are connected, in the notations of Keras 1 to 3.
final class Inbound {
    private static final String CONSTANT = "_CONSTANT_VALUE";

    /// Call number `node` of `layer`.
    record Reference(String layer, int node) {}

    /// Result `index` of a call.
    record Tensor(Reference reference, int index) {}

    private final List<JsonNode> members;
    private final Map<String, Integer> positions = new HashMap<>();
    private final Map<String, Integer> offsets = new HashMap<>();

    /// @param config that of the model
    Inbound(List<JsonNode> members, JsonNode config) {
        this.members = members;
        for (int i = 0; i < members.size(); i++) {
            if (positions.put(Layer.name(members.get(i)), i) != null) {
                throw new NotLowerable("two of its layers are called '" + Layer.name(members.get(i)) + "'");
            }
        }
        findOffsets(config);
    }

    /// Keras 2 counts the calls of a model within a model from 1 on, the others from 0.
    private void findOffsets(JsonNode config) {
        Map<String, int[]> ranges = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            for (JsonNode node : nodes(i)) {
                collect(node, ranges);
            }
        }
        collect(config.path("output_layers"), ranges);
        ranges.forEach((name, range) -> {
            int position = positions.getOrDefault(name, -1);
            if (position >= 0
                    && ModelLayers.KINDS.contains(Layer.kind(members.get(position)))
                    && range[0] >= 1
                    && range[1] >= nodes(position).size()) {
                offsets.put(name, 1);
            }
        });
    }

    private void collect(JsonNode json, Map<String, int[]> ranges) {
        if (isReference(json)) {
            int node = json.get(1).intValue();
            int[] range = ranges.computeIfAbsent(json.get(0).stringValue(), key -> new int[] {node, node});
            range[0] = Math.min(range[0], node);
            range[1] = Math.max(range[1], node);
        }
        json.forEach(inner -> collect(inner, ranges));
    }

    /// The calls of layer `index`.
    List<JsonNode> nodes(int index) {
        List<JsonNode> nodes = new ArrayList<>();
        members.get(index).path("inbound_nodes").forEach(nodes::add);
        return nodes;
    }

    Reference reference(int index, int node) {
        String name = Layer.name(members.get(index));
        return new Reference(name, node + offsets.getOrDefault(name, 0));
    }

    /// Whether `json` is `["layer", node, tensor]`, with settings of the call after it at most.
    private boolean isReference(JsonNode json) {
        return json.isArray()
                && json.size() >= 3
                && json.get(0).isString()
                && positions.containsKey(json.get(0).stringValue())
                && json.get(1).isInt()
                && json.get(2).isInt();
    }

    private static Tensor tensor(JsonNode history) {
        return new Tensor(
                new Reference(history.path(0).asString(""), history.path(1).asInt(0)),
                history.path(2).asInt(0));
    }

    /// The tensors of `input_layers` or `output_layers`: one, a list, or a table, which goes by its keys.
    List<Tensor> tensors(JsonNode json) {
        List<Tensor> found = new ArrayList<>();
        named(json).values().forEach(found::addAll);
        return found;
    }

    /// The same with the keys of the table, in alphabetical order; a single empty key for a list.
    private Map<String, List<Tensor>> named(JsonNode json) {
        Map<String, List<Tensor>> found = new LinkedHashMap<>();
        if (isReference(json)) {
            found.put("", List.of(tensor(json)));
        } else if (json.isArray()) {
            List<Tensor> all = new ArrayList<>();
            json.forEach(inner -> all.addAll(tensors(inner)));
            found.put("", all);
        } else if (json.isObject()) {
            json.propertyNames().stream().sorted().forEach(key -> found.put(key, tensors(json.get(key))));
        } else {
            throw new NotLowerable("its inputs or outputs cannot be read");
        }
        return found;
    }

    /// What a call passes; null while some of it has not been computed.
    @Nullable
    Arguments resolve(JsonNode node, Function<Tensor, @Nullable Symbol> values, Ops ops) {
        Resolver resolver = new Resolver(values, ops);
        Arguments arguments = node.isObject() ? resolver.newer(node) : resolver.older(node);
        return resolver.missing ? null : arguments;
    }

    private final class Resolver {
        private static final Set<String> ARRAYS = Set.of("__numpy__", "__tensor__");

        private final Function<Tensor, @Nullable Symbol> values;
        private final Ops ops;
        private boolean missing;

        Resolver(Function<Tensor, @Nullable Symbol> values, Ops ops) {
            this.values = values;
            this.ops = ops;
        }

        private Arguments newer(JsonNode node) {
            List<Arguments.Argument> positional = new ArrayList<>();
            node.path("args").forEach(argument -> positional.add(argument(argument)));
            return new Arguments(positional, keywords(node.path("kwargs")));
        }

        private Map<String, Arguments.Argument> keywords(JsonNode json) {
            Map<String, Arguments.Argument> named = new LinkedHashMap<>();
            json.propertyNames().forEach(key -> named.put(key, argument(json.get(key))));
            return named;
        }

        private Arguments.Argument argument(JsonNode json) {
            String kind = Layer.kind(json);
            if (kind.equals("__keras_tensor__")) {
                return value(tensor(json.path("config").path("keras_history")));
            }
            if (ARRAYS.contains(kind)) {
                return new Arguments.Value(constant(json.path("config").path("value")));
            }
            if (isReference(json)) {
                return value(tensor(json));
            }
            if (json.isArray() && !json.isEmpty() && json.get(0).asString("").equals(CONSTANT) && json.size() >= 3) {
                return argument(json.get(2));
            }
            JsonNode list = kind.equals("__tuple__") ? json.path("items") : json;
            if (!list.isArray()) {
                return new Arguments.Plain(json);
            }
            List<Arguments.Argument> members = new ArrayList<>();
            list.forEach(inner -> members.add(argument(inner)));
            boolean plain = members.stream().allMatch(member -> member instanceof Arguments.Plain);
            return plain ? new Arguments.Plain(list) : new Arguments.Group(members);
        }

        private Arguments.Argument value(Tensor tensor) {
            Symbol symbol = values.apply(tensor);
            if (symbol == null) {
                missing = true;
                return new Arguments.Plain(JsonNodeFactory.instance.nullNode());
            }
            return new Arguments.Value(symbol);
        }

        private Symbol constant(JsonNode json) {
            float[] all = KerasConfig.EMPTY.reals(json, "value");
            List<Integer> sizes = new ArrayList<>();
            JsonNode at = json;
            while (at.isArray()) {
                sizes.add(at.size());
                at = at.path(0);
            }
            return ops.reals(sizes.isEmpty() ? Shape.SCALAR : LayoutOps.shape(sizes), all);
        }

        /// `[["layer", node, tensor, {settings}], …]`, or one such alone.
        private Arguments older(JsonNode node) {
            boolean single = !node.isEmpty() && node.get(0).isString();
            List<JsonNode> entries = new ArrayList<>();
            if (single) {
                entries.add(node);
            } else {
                node.forEach(entries::add);
            }
            List<Arguments.Argument> members = new ArrayList<>();
            Map<String, Arguments.Argument> named = new LinkedHashMap<>();
            for (JsonNode entry : entries) {
                members.add(argument(entry));
                if (entry.size() > 3) {
                    named.putAll(keywords(entry.path(3)));
                }
            }
            Arguments.Argument first = members.size() == 1 ? members.getFirst() : new Arguments.Group(members);
            return new Arguments(List.of(first), named);
        }
    }
}
