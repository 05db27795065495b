package dev.lithe.importers;

import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Tells a float model from one that is quantized already.
public final class QuantizedModels {
    private static final Set<TensorType> INTEGERS = EnumSet.of(
            TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT4, TensorType.INT2, TensorType.UINT4);

    private QuantizedModels() {}

    /// How `model` is quantized, as `int8`, `int16x8` or `dynamic range (int8 weights)`; empty for
    /// a float model. Constants in FLOAT16 do not count, nor do integers that have no scale.
    public static Optional<String> describe(Model model) {
        Set<TensorType> activations = EnumSet.noneOf(TensorType.class);
        Set<TensorType> weights = EnumSet.noneOf(TensorType.class);
        for (Subgraph subgraph : model.subgraphs()) {
            for (TensorSpec spec : subgraph.tensors().values()) {
                if (INTEGERS.contains(spec.type()) && spec.quantization().isPresent()) {
                    (spec.isConstant() ? weights : activations).add(spec.type());
                }
            }
        }
        if (activations.isEmpty() && weights.isEmpty()) {
            return Optional.empty();
        }
        if (activations.isEmpty()) {
            return Optional.of("dynamic range (" + names(weights) + " weights)");
        }
        return Optional.of(activations.contains(TensorType.INT16) ? "int16x8" : names(activations));
    }

    /// @throws QuantizationException (LQ0450) where `model` is quantized
    public static void requireFloat(Model model) {
        describe(model).ifPresent(how -> {
            throw new QuantizationException(
                    "LQ0450",
                    Location.file(model.source()),
                    "is already quantized: " + how,
                    "start from the float model (SavedModel, or the float .tflite).");
        });
    }

    private static String names(Set<TensorType> types) {
        List<String> names =
                types.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList();
        return String.join(", ", names);
    }
}
