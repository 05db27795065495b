package dev.lithe.operators.detection;

import dev.lithe.operators.Operator;

/// Operators that choose among boxes.
public sealed interface DetectionOperator extends Operator permits NonMaxSuppressionV4, NonMaxSuppressionV5 {}
