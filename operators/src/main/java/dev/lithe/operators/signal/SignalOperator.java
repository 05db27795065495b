package dev.lithe.operators.signal;

import dev.lithe.operators.Operator;

/// Operators on spectra and other complex numbers.
public sealed interface SignalOperator extends Operator permits Rfft2d, Real, Imag, ComplexAbs {}
