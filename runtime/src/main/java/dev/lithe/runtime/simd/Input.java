package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;

/// The input of a kernel as floats.
@FunctionalInterface
interface Input {
    /// Valid until the next call.
    float[] of(Tensor tensor);
}
