package dev.lithe.oracle;

/// How far the runtime came with a request, in order.
public enum OracleStage {
    /// Opening the file and verifying its FlatBuffer.
    LOAD,
    /// Building the interpreter: operators are looked up by code and version, options are parsed, constants are
    /// bound.
    BUILD,
    /// Resizing inputs, preparing the operators and planning the arena.
    ALLOCATE,
    /// Feeding the inputs, computing, reading the tensors.
    INVOKE
}
