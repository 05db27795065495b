package dev.lithe.runtime;

import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import java.util.Optional;

/// A source of kernels besides the operators' own.
public interface KernelProvider {
    /// A short name for reports, such as `simd-512`.
    String name();

    /// A kernel for the operator as `setup` has it, or nothing where this provider has none: then the next
    /// one is asked, the operators' reference kernels last. A kernel holds no state that changes.
    Optional<Kernel> plan(Operator operator, KernelSetup setup);
}
