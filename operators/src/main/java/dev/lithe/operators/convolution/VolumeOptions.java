package dev.lithe.operators.convolution;

import dev.lithe.graph.Shape;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.Conv3DOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Padding;

/// How the window of CONV_3D and CONV_3D_TRANSPOSE moves over a volume.
///
/// @param strides in depth, height and width
/// @param dilations in depth, height and width
public record VolumeOptions(Padding padding, Ints strides, Ints dilations, ActivationFunctionType activation) {
    static VolumeOptions of(Conv3DOptions options) {
        return new VolumeOptions(
                options.padding(),
                Ints.of(options.strideD(), options.strideH(), options.strideW()),
                Ints.of(options.dilationDFactor(), options.dilationHFactor(), options.dilationWFactor()),
                options.fusedActivationFunction());
    }

    Conv3DOptions options() {
        return new Conv3DOptions(
                padding,
                strides.get(0),
                strides.get(2),
                strides.get(1),
                activation,
                dilations.get(0),
                dilations.get(2),
                dilations.get(1));
    }

    /// The positions of a window over `size` elements of spatial dimension `d` (0 to 2).
    int positions(int d, int size, int filter) {
        return SpatialPadding.outputSize(padding, size, filter, strides.get(d), dilations.get(d));
    }

    /// How many elements lie before the first one under the first window.
    int before(int d, int size, int filter) {
        return SpatialPadding.of(padding, size, filter, strides.get(d), dilations.get(d))
                .before();
    }

    TransposedAxis transposed(int d, int inputs, int outputs, int filter) {
        return TransposedAxis.of(padding, inputs, outputs, filter, strides.get(d), dilations.get(d));
    }

    /// @param channels the filter's dimension that holds the input's channels
    /// @throws ShapeException where input or weights are not of rank 5, or their channels differ
    static void requireVolumes(Shape input, Shape weights, int channels) {
        if (input.rank() != 5 || weights.rank() != 5) {
            throw new ShapeException("input and weights need 5 dimensions each, not " + input + " and " + weights);
        }
        int taken = weights.dimension(channels);
        if (input.dimension(4) != taken && input.dimension(4) != Shape.UNKNOWN && taken != Shape.UNKNOWN) {
            throw new ShapeException("the input has " + input.dimension(4) + " channels, the weights take " + taken);
        }
    }
}
