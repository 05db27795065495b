package dev.lithe.quantizer;

/// The integer type of biases where activations have 16 bits.
public enum BiasType {
    /// INT64, except where INT32 provably cannot overflow and the runtime has a kernel for it.
    AUTO,
    INT32,
    INT64
}
