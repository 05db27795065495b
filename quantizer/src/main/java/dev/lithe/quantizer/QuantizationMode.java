package dev.lithe.quantizer;

/// What a conversion does to the numbers of a model.
public enum QuantizationMode {
    /// Nothing: the model stays in float32.
    NONE("none"),
    /// 8-bit weights, activations quantized at run time (dynamic range).
    DYNAMIC("dynamic"),
    /// Weights stored as float16.
    FLOAT16("float16"),
    /// 8-bit weights and activations (full integer).
    INT8("int8"),
    /// 8-bit weights, 16-bit activations.
    INT16X8("int16x8");

    private final String word;

    QuantizationMode(String word) {
        this.word = word;
    }

    /// The word on the command line.
    public String word() {
        return word;
    }

    /// Whether the mode needs the ranges of activations.
    public boolean needsRanges() {
        return this == INT8 || this == INT16X8;
    }
}
