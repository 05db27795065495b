package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Models, which are layers too where they stand within other models.
final class ModelLayers {
    /// The classes of models, in all versions of Keras.
    static final List<String> KINDS = List.of("Functional", "Model", "Sequential");

    private final List<Problem> problems = new ArrayList<>();

    /// A layer whose call could not be written, and why.
    record Problem(Layer layer, String why) {}

    Map<String, LayerRule> rules() {
        return Map.of("Functional", this::functional, "Model", this::functional, "Sequential", this::sequential);
    }

    List<Problem> problems() {
        return problems;
    }

    /// The serialized layers of a model; old sequential models are a plain list.
    static List<JsonNode> members(JsonNode config) {
        JsonNode layers = config.isArray() ? config : config.path("layers");
        List<JsonNode> members = new ArrayList<>();
        layers.forEach(members::add);
        return members;
    }

    private static Layer member(Layer model, List<JsonNode> members, int index) {
        return model.member("layers/" + index, () -> {
            List<JsonNode> layers = new ArrayList<>();
            int position = 0;
            for (int i = 0; i < members.size(); i++) {
                if (!Operations.isOperation(members.get(i))) {
                    position = i == index ? layers.size() : position;
                    layers.add(members.get(i));
                }
            }
            JsonNode json = members.get(index);
            if (Operations.isOperation(json)) {
                return new Layer(Operations.kind(json), Layer.name(json), new KerasConfig(json.path("config")), NONE);
            }
            Weights weights = model.weights()
                    .member(
                            "layers",
                            layers.stream().map(Layer::kind).toList(),
                            layers.stream().map(Layer::name).toList(),
                            position);
            return Layer.of(json, weights);
        });
    }

    private static final Weights NONE = new Weights() {
        @Override
        public Weights child(String attribute, String name) {
            return this;
        }

        @Override
        public Weights member(String container, List<String> kinds, List<String> names, int index) {
            return this;
        }

        @Override
        public @Nullable StoredValue find(int index, String name) {
            return null;
        }

        @Override
        public String describe(int index, String name) {
            return name;
        }
    };

    private List<Symbol> sequential(LayerCall call) {
        List<JsonNode> members = members(call.config().json());
        List<Symbol> at = call.arguments().symbols();
        for (int i = 0; i < members.size(); i++) {
            if (Layer.kind(members.get(i)).equals("InputLayer")) {
                continue;
            }
            Layer layer = member(call.layer(), members, i);
            List<Symbol> results = attempt(call, layer, Arguments.of(at.toArray(Symbol[]::new)));
            if (results == null) {
                throw new Skipped();
            }
            at = results;
        }
        return at;
    }

    /// Something before it could not be written; that has been noted.
    static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Skipped() {
            super(null, null, false, false);
        }
    }

    private @Nullable List<Symbol> attempt(LayerCall call, Layer layer, Arguments arguments) {
        try {
            return call.caller().call(layer, call.ops(), arguments);
        } catch (Skipped e) {
            return null;
        } catch (NotLowerable e) {
            problems.add(new Problem(layer, String.valueOf(e.getMessage())));
        } catch (ArithmeticException
                | IllegalArgumentException
                | IndexOutOfBoundsException
                | JacksonException
                | NoSuchElementException e) {
            problems.add(new Problem(layer, "its settings and its inputs do not fit together: " + e.getMessage()));
        }
        return null;
    }

    private List<Symbol> functional(LayerCall call) {
        List<JsonNode> members = members(call.config().json());
        Inbound inbound = new Inbound(members, call.config().json());
        Map<Inbound.Reference, List<Symbol>> done = new HashMap<>();
        feed(call, inbound, done);
        Map<Integer, Integer> next = new LinkedHashMap<>();
        boolean moved = true;
        boolean failed = false;
        while (moved) {
            moved = false;
            for (int i = 0; i < members.size(); i++) {
                List<JsonNode> nodes = inbound.nodes(i);
                int from = next.getOrDefault(i, 0);
                while (from < nodes.size()) {
                    Arguments arguments =
                            inbound.resolve(nodes.get(from), reference -> value(done, reference), call.ops());
                    if (arguments == null) {
                        break;
                    }
                    Layer layer = member(call.layer(), members, i);
                    List<Symbol> results = attempt(call, layer, arguments);
                    failed |= results == null;
                    if (results != null) {
                        done.put(inbound.reference(i, from), results);
                    }
                    moved = true;
                    next.put(i, ++from);
                }
            }
        }
        return outputs(call, inbound, done, failed);
    }

    private static @Nullable Symbol value(Map<Inbound.Reference, List<Symbol>> done, Inbound.Tensor tensor) {
        List<Symbol> results = done.get(tensor.reference());
        if (results == null || tensor.index() < 0 || tensor.index() >= results.size()) {
            return null;
        }
        return results.get(tensor.index());
    }

    private static void feed(LayerCall call, Inbound inbound, Map<Inbound.Reference, List<Symbol>> done) {
        List<Inbound.Tensor> inputs = inbound.tensors(call.config().get("input_layers"));
        List<Symbol> values = call.arguments().symbols();
        if (inputs.size() != values.size()) {
            throw new NotLowerable(
                    "it is called with " + values.size() + " values and has " + inputs.size() + " inputs");
        }
        for (int i = 0; i < inputs.size(); i++) {
            done.put(inputs.get(i).reference(), List.of(values.get(i)));
        }
    }

    private static List<Symbol> outputs(
            LayerCall call, Inbound inbound, Map<Inbound.Reference, List<Symbol>> done, boolean failed) {
        List<Symbol> results = new ArrayList<>();
        for (Inbound.Tensor tensor : inbound.tensors(call.config().get("output_layers"))) {
            Symbol value = value(done, tensor);
            if (value == null && failed) {
                throw new Skipped();
            }
            if (value == null) {
                throw new NotLowerable("its output '" + tensor.reference().layer()
                        + "' is computed from what its layers do not give; do they wait for each other?");
            }
            results.add(value);
        }
        if (results.isEmpty()) {
            throw new NotLowerable("it has no outputs");
        }
        return results;
    }
}
