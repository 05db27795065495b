package dev.lithe.runtime.simd;

import dev.lithe.operators.KernelContext;

/// The first input of a kernel as floats.
@FunctionalInterface
interface Input {
    /// What a kernel on floats reads.
    Input FLOATS = context -> context.input(0).floats();

    /// Valid until another kernel of the context runs.
    float[] of(KernelContext context);
}
