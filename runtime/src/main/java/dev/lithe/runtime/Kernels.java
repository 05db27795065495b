package dev.lithe.runtime;

/// Which kernels run a model. All of them give the same results, bit for bit, unless a kernel's description
/// says otherwise.
public enum Kernels {
    /// The operators' own scalar kernels.
    REFERENCE,
    /// Vector instructions through the Vector API, for the operators that have such kernels.
    SIMD,
    /// The fastest that this virtual machine offers.
    AUTO
}
