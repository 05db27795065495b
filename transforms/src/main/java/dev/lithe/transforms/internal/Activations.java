package dev.lithe.transforms.internal;

import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.Pool2DOptions;

/// Copies of options with another fused activation.
final class Activations {
    private Activations() {}

    static Conv2DOptions of(Conv2DOptions o, ActivationFunctionType activation) {
        return new Conv2DOptions(
                o.padding(),
                o.strideW(),
                o.strideH(),
                activation,
                o.dilationWFactor(),
                o.dilationHFactor(),
                o.quantizedBiasType());
    }

    static DepthwiseConv2DOptions of(DepthwiseConv2DOptions o, ActivationFunctionType activation) {
        return new DepthwiseConv2DOptions(
                o.padding(),
                o.strideW(),
                o.strideH(),
                o.depthMultiplier(),
                activation,
                o.dilationWFactor(),
                o.dilationHFactor());
    }

    static FullyConnectedOptions of(FullyConnectedOptions o, ActivationFunctionType activation) {
        return new FullyConnectedOptions(
                activation, o.weightsFormat(), o.keepNumDims(), o.asymmetricQuantizeInputs(), o.quantizedBiasType());
    }

    static Pool2DOptions of(Pool2DOptions o, ActivationFunctionType activation) {
        return new Pool2DOptions(o.padding(), o.strideW(), o.strideH(), o.filterWidth(), o.filterHeight(), activation);
    }
}
