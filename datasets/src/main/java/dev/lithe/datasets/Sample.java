package dev.lithe.datasets;

import dev.lithe.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run's worth of data, ready to feed.
///
/// @param signature the entry point that it is for; empty where the model has no signatures
/// @param inputs by signature input name, in the types and shapes that the model declares
/// @param label class numbers or regression targets of its examples; null where the data have none
/// @param location where it comes from, for messages: `samples.npz[12]`
public record Sample(
        String signature,
        Map<String, Tensor> inputs,
        @Nullable Tensor label,
        String location) {
    public Sample {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }
}
