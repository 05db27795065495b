package dev.lithe.datasets;

import dev.lithe.datasets.internal.DataErrors;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One entry point of a model as data see it: its key (empty where the model has no signatures) and its inputs in
/// the model's own order, by which positional data count.
public record SignatureSpec(String key, List<InputSpec> inputs) {
    public SignatureSpec {
        inputs = List.copyOf(inputs);
    }

    /// The entry points of `model`: its signatures, or where it has none its main subgraph under the key `""`.
    public static List<SignatureSpec> of(Model model) {
        if (model.signatures().isEmpty()) {
            return List.of(of(model, ""));
        }
        return model.signatures().stream().map(s -> of(model, s.key())).toList();
    }

    /// The entry points of `model` that a user chose: the one called `key`, or where that is null all of them.
    ///
    /// @throws DatasetException where there is no such signature, listing those that there are (LQ0517)
    public static List<SignatureSpec> select(Model model, @Nullable String key) {
        if (key == null) {
            return of(model);
        }
        List<SignatureSpec> chosen =
                of(model).stream().filter(spec -> spec.key().equals(key)).toList();
        if (chosen.isEmpty()) {
            List<String> keys =
                    model.signatures().stream().map(SignatureDef::key).toList();
            throw DataErrors.signatures(
                    model.source(),
                    "there is no signature '" + key + "'",
                    keys.isEmpty() ? "leave --signature out: the model has none." : "choose one of " + keys + ".");
        }
        return chosen;
    }

    /// The entry point `key` of `model`.
    ///
    /// @throws IllegalArgumentException where there is no such signature
    public static SignatureSpec of(Model model, String key) {
        List<InputSpec> inputs = new ArrayList<>();
        inputIds(model, key).forEach((name, id) -> {
            TensorSpec spec = model.tensor(id);
            inputs.add(new InputSpec(name, spec.type(), spec.declaredShape(), spec.quantization()));
        });
        return new SignatureSpec(key, inputs);
    }

    /// The tensors behind the inputs of entry point `key`, by the names that samples use, in the model's own
    /// order.
    ///
    /// @throws IllegalArgumentException where there is no such signature
    public static Map<String, TensorId> inputIds(Model model, String key) {
        return ids(model, key, true);
    }

    /// The tensors behind the outputs of entry point `key`: signature names, or tensor names where the model has
    /// no signatures, in the model's own order.
    ///
    /// @throws IllegalArgumentException where there is no such signature
    public static Map<String, TensorId> outputIds(Model model, String key) {
        return ids(model, key, false);
    }

    private static Map<String, TensorId> ids(Model model, String key, boolean inputs) {
        if (model.signatures().isEmpty() && key.isEmpty()) {
            return byTensorName(
                    model.main(), inputs ? model.main().inputs() : model.main().outputs());
        }
        SignatureDef signature = model.signature(key)
                .orElseThrow(() -> new IllegalArgumentException("no signature '" + key + "' in " + model.source()));
        Subgraph subgraph = model.subgraphs().get(signature.subgraph());
        List<TensorId> order = inputs ? subgraph.inputs() : subgraph.outputs();
        Map<String, TensorId> sorted = new LinkedHashMap<>();
        (inputs ? signature.inputs() : signature.outputs())
                .entrySet().stream()
                        .sorted(Comparator.comparingInt(e -> order.indexOf(e.getValue())))
                        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    /// Tensor names need not be unique: one that stands there again gets `:1`, `:2`, …, as the runtime has it.
    private static Map<String, TensorId> byTensorName(Subgraph subgraph, List<TensorId> ids) {
        Map<String, TensorId> named = new LinkedHashMap<>();
        for (TensorId id : ids) {
            String name = subgraph.tensor(id).name();
            String unique = name;
            for (int i = 1; named.containsKey(unique); i++) {
                unique = name + ":" + i;
            }
            named.put(unique, id);
        }
        return named;
    }
}
