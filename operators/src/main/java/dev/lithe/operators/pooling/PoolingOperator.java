package dev.lithe.operators.pooling;

import dev.lithe.operators.Operator;

/// Operators that reduce a window sliding over the two spatial dimensions of `[batch, height, width, channels]`.
public sealed interface PoolingOperator extends Operator permits AveragePool2D, MaxPool2D, L2Pool2D {}
