package dev.lithe.operators.support;

import dev.lithe.graph.Location;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.KernelSetup;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The types that an operator with weights takes together: input 0, weights (input 1), bias (input 2, may be
/// absent) and output 0.
///
/// @param bias empty where there is none
public record WeightedTypes(
        Arithmetic arithmetic, TensorType input, List<TensorType> weights, List<TensorType> bias, TensorType output) {
    /// How the kernel computes.
    public enum Arithmetic {
        FLOAT,
        /// 8-bit or 16-bit activations and weights.
        INTEGER,
        /// Float activations that are quantized at run time, 8-bit weights.
        HYBRID
    }

    public WeightedTypes {
        weights = List.copyOf(weights);
        bias = List.copyOf(bias);
    }

    /// The arithmetic for the types at hand, where one of `combinations` takes them.
    ///
    /// @throws UnsupportedException where none does
    /// @throws IllegalArgumentException where integers or their weights have no scale, or scales that do not fit
    public static Arithmetic require(
            String operator, KernelSetup setup, int channelDimension, WeightedTypes... combinations) {
        for (WeightedTypes combination : combinations) {
            if (combination.takes(setup)) {
                if (combination.arithmetic != Arithmetic.FLOAT) {
                    requireScales(setup, channelDimension);
                }
                return combination.arithmetic;
            }
        }
        throw new UnsupportedException(
                "LQ0323",
                Location.operator(null, -1, -1, operator, setup.output(0).name()),
                "there is no kernel for input " + setup.input(0).type() + ", weights "
                        + setup.input(1).type()
                        + (setup.hasInput(2) ? ", bias " + setup.input(2).type() : "")
                        + " and output " + setup.output(0).type() + "; there are kernels for "
                        + Arrays.stream(combinations).map(WeightedTypes::text).collect(Collectors.joining("; ")),
                "quantize the model again, or leave this operator in float.");
    }

    private boolean takes(KernelSetup setup) {
        return setup.input(0).type() == input
                && weights.contains(setup.input(1).type())
                && (!setup.hasInput(2) || bias.contains(setup.input(2).type()))
                && setup.output(0).type() == output;
    }

    private String text() {
        return input + " with " + names(weights) + " weights and " + names(bias) + " bias to " + output;
    }

    private static String names(List<TensorType> types) {
        return types.stream().map(TensorType::name).collect(Collectors.joining(" or "));
    }

    private static void requireScales(KernelSetup setup, int channelDimension) {
        TensorSpec weights = setup.input(1);
        requireScale(weights);
        int scales = weights.quantization().scales().size();
        int channels = weights.shape().dimension(channelDimension);
        if (scales != 1 && scales != channels) {
            throw new IllegalArgumentException(
                    "weights '" + weights.name() + "' have " + scales + " scales for " + channels + " outputs");
        }
        if (setup.input(0).type() != TensorType.FLOAT32) {
            requireScale(setup.input(0));
            requireScale(setup.output(0));
        }
        if (setup.input(0).type() == TensorType.INT16
                && (setup.input(0).quantization().zeroPoint() != 0
                        || setup.output(0).quantization().zeroPoint() != 0)) {
            throw new IllegalArgumentException("16-bit activations need zero point 0");
        }
    }

    private static void requireScale(TensorSpec tensor) {
        QuantizationParameters quantization = tensor.quantization();
        if (quantization.details() != null) {
            throw new IllegalArgumentException(
                    "'" + tensor.name() + "' is quantized blockwise, kernels take scales per tensor or per channel");
        }
        if (quantization.scales().size() == 0) {
            throw new IllegalArgumentException("'" + tensor.name() + "' is " + tensor.type() + " without a scale");
        }
    }

    /// Whether all zero points of the weights are 0.
    public static boolean isSymmetric(QuantizationParameters weights) {
        for (int i = 0; i < weights.zeroPoints().size(); i++) {
            if (weights.zeroPoints().get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
