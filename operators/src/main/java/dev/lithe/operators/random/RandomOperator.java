package dev.lithe.operators.random;

import dev.lithe.operators.Operator;

/// Operators whose results are random: they have LiteRT's distributions, not its numbers.
public sealed interface RandomOperator extends Operator permits RandomUniform, RandomStandardNormal, Multinomial {}
