package dev.lithe.operators.quantization;

import dev.lithe.operators.Operator;

/// Operators that change how numbers are stored.
public sealed interface QuantizationOperator extends Operator permits Dequantize, FakeQuant, Quantize {}
