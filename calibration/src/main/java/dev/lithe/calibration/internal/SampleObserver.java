package dev.lithe.calibration.internal;

import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;

/// Sees the tensors of one sample after the other.
public interface SampleObserver {
    /// A sample's run begins; `location` names it.
    void begin(String location);

    /// A tensor was written; it is only valid during the call.
    void observe(TensorId id, Tensor tensor);
}
