package dev.lithe.operators.dense;

import dev.lithe.operators.Operator;

/// Operators that multiply by a matrix of weights.
public sealed interface DenseOperator extends Operator permits FullyConnected, BatchMatmul {}
