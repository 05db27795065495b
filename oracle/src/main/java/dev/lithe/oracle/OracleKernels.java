package dev.lithe.oracle;

/// Which of LiteRT's kernel sets computes. They do not agree with each other on integers: name the one that you
/// compare with.
public enum OracleKernels {
    /// The reference kernels (`tflite::ops::builtin::BuiltinRefOpResolver`; in Python
    /// `OpResolverType.BUILTIN_REF`). These are the ones to compare with exactly.
    REFERENCE,
    /// The optimized kernels without the XNNPACK delegate (`BuiltinOpResolverWithoutDefaultDelegates`; in Python
    /// `OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES`), on one thread.
    BUILTIN
}
