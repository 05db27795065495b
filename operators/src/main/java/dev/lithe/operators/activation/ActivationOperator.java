package dev.lithe.operators.activation;

import dev.lithe.operators.Operator;

/// Functions of one tensor whose result has its shape.
public sealed interface ActivationOperator extends Operator
        permits Relu, Relu6, ReluN1To1, Relu0To1, LeakyRelu, HardSwish, Logistic, Tanh, Softmax {}
