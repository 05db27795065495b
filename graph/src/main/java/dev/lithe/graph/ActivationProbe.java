package dev.lithe.graph;

import java.util.Set;
import java.util.function.BiConsumer;

/// Runs a model over the calibration data and hands out the values of chosen tensors. Defined here so that quantization
/// methods can ask for it without knowing the runtime.
@FunctionalInterface
public interface ActivationProbe {
    /// Runs `model` over every sample; `sink` gets each tapped tensor once per sample, in execution order.
    /// The tensor is only valid during the call.
    void run(Model model, Set<TensorId> taps, BiConsumer<TensorId, Tensor> sink);
}
