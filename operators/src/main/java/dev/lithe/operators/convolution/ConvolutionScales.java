package dev.lithe.operators.convolution;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.schema.TensorType;

/// The rescaling of convolutions from sums of products to the output.
public final class ConvolutionScales {
    private ConvolutionScales() {}

    /// One multiplier per channel: `inputScale * weightScale / outputScale` in double precision.
    public static Multipliers multipliers(KernelSetup setup, int channels) {
        return multipliers(setup, 0, channels);
    }

    /// @param inputIndex the input that holds the image; weights are input 1
    static Multipliers multipliers(KernelSetup setup, int inputIndex, int channels) {
        QuantizationParameters input = setup.input(inputIndex).quantization();
        float[] weights =
                OutputStage.perChannel(setup.input(1).quantization().scales().toArray(), channels);
        double output = setup.output(0).quantization().scale();
        // The kernels of unsigned types are older and multiply the scales in single precision first.
        boolean single = setup.input(inputIndex).type() == TensorType.UINT8;
        double[] reals = new double[channels];
        for (int i = 0; i < channels; i++) {
            double product = single ? input.scale() * weights[i] : (double) input.scale() * weights[i];
            reals[i] = product / output;
        }
        return Multipliers.of(reals);
    }

    /// Whether the scales are truly per channel. LiteRT's hybrid kernel takes equal ones for a single one.
    static boolean differ(float[] scales) {
        for (float scale : scales) {
            if (scale != scales[0]) {
                return true;
            }
        }
        return false;
    }
}
