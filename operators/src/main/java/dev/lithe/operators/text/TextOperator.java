package dev.lithe.operators.text;

import dev.lithe.operators.Operator;

/// Operators that make features of text.
public sealed interface TextOperator extends Operator permits LshProjection, SkipGram {}
