package dev.lithe.datasets;

import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One entry point of a model as data see it: its key (empty where the model has no signatures) and its inputs
/// in the
/// model's own order, by which positional data count.
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

    /// The tensors behind the outputs of entry point `key`: signature names, or tensor names where the model
    /// has no
    /// signatures, in the model's own order.
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

    /// Tensor names need not be unique: the second of a name becomes `NAME#1`.
    private static Map<String, TensorId> byTensorName(Subgraph subgraph, List<TensorId> ids) {
        Map<String, TensorId> named = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        for (TensorId id : ids) {
            String name = subgraph.tensor(id).name();
            int ordinal = seen.merge(name, 1, Integer::sum) - 1;
            named.put(ordinal == 0 ? name : name + "#" + ordinal, id);
        }
        return named;
    }
}
