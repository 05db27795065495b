package dev.lithe.operators.convolution;

import dev.lithe.operators.Operator;

/// Operators that slide a window of weights over an image.
public sealed interface ConvolutionOperator extends Operator
        permits Conv2D, DepthwiseConv2D, TransposeConv, Conv3D, Conv3DTranspose {}
