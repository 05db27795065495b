package dev.lithe.quantizer;

/// In which arithmetic an operator of the converted model runs.
public enum Precision {
    INT8,
    INT16X8,
    /// Float activations, 8-bit weights: activations are quantized at run time.
    HYBRID,
    /// Float arithmetic on weights that are stored as integers.
    WEIGHT_ONLY,
    /// Float arithmetic on weights that are stored as float16.
    FLOAT16,
    FLOAT32,
    /// No real numbers are involved (shapes, indices), or the operator converts between precisions.
    OTHER
}
