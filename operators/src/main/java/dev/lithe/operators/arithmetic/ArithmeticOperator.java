package dev.lithe.operators.arithmetic;

import dev.lithe.operators.Operator;

/// Operators on two tensors, element by element, with broadcasting.
public sealed interface ArithmeticOperator extends Operator
        permits Add, Sub, Mul, Div, Maximum, Minimum, SquaredDifference {}
