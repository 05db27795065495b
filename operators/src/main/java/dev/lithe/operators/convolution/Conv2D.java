package dev.lithe.operators.convolution;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import java.util.List;

/// CONV_2D: input `[batch, height, width, channels]`, weights `[outputs, height, width, channels of a group]`, bias
/// `[outputs]`. Where the weights hold fewer channels than the input (a divisor of them), the convolution is grouped.
///
/// @param quantizedBiasType the bias type of 16-bit activations (INT32 or INT64); FLOAT32 where it is not stated
public record Conv2D(
        Padding padding,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        ActivationFunctionType activation,
        TensorType quantizedBiasType)
        implements ConvolutionOperator {
    public static final Definition<Conv2D> DEFINITION = Definition.of(Conv2D.class, BuiltinOperator.CONV_2D)
            .options(
                    node -> of(node.options().as(Conv2DOptions.class, Conv2DOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of("weights", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT4),
                    Operand.of("bias", TensorType.FLOAT32, TensorType.INT32, TensorType.INT64)
                            .asOptional())
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16))
            .shapes((op, c) -> List.of(op.shape(c)))
            .quantization(QuantizationRule.weighted(1, 0, 2))
            .versions(Conv2D::version)
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.3.0")
            .runtime(5, "2.4.0")
            .runtime(6, "2.9.0")
            .runtime(7, "2.11.0")
            .runtime(8, "2.15.0")
            .reference(Conv2DReference::prepare);

    private static Conv2D of(Conv2DOptions options) {
        return new Conv2D(
                options.padding(),
                options.strideH(),
                options.strideW(),
                options.dilationHFactor(),
                options.dilationWFactor(),
                options.fusedActivationFunction(),
                options.quantizedBiasType());
    }

    private Conv2DOptions toOptions() {
        return new Conv2DOptions(
                padding, strideWidth, strideHeight, activation, dilationWidth, dilationHeight, quantizedBiasType);
    }

    WindowOptions window() {
        return new WindowOptions(padding, strideHeight, strideWidth, dilationHeight, dilationWidth);
    }

    private Shape shape(ShapeContext c) {
        Shape input = c.input(0);
        Shape weights = c.input(1);
        WindowOptions.requireImages(input, weights);
        int channels = input.dimension(3);
        int perGroup = weights.dimension(3);
        if (channels != Shape.UNKNOWN && perGroup != Shape.UNKNOWN) {
            requireGroups(channels, perGroup, weights.dimension(0));
        }
        return window().outputShape(input, weights, weights.dimension(0));
    }

    private static void requireGroups(int channels, int perGroup, int outputs) {
        if (channels < 1 || perGroup < 1 || channels % perGroup != 0) {
            throw new ShapeException(
                    "the input has " + channels + " channels, the weights take " + perGroup + " (or a multiple)");
        }
        int groups = channels / perGroup;
        if (outputs != Shape.UNKNOWN && (outputs < 1 || outputs % groups != 0)) {
            throw new ShapeException(outputs + " outputs cannot be shared among " + groups + " groups");
        }
    }

    private static int version(Conv2D op, NodeView node) {
        TensorType input = node.input(0).type();
        TensorType weights = node.input(1).type();
        if (input == TensorType.INT16 && weights == TensorType.INT8 && op.quantizedBiasType != TensorType.FLOAT32) {
            return 8;
        }
        Shape image = node.input(0).shape();
        Shape filter = node.input(1).shape();
        if (image.rank() == 4 && filter.rank() == 4 && image.dimension(3) != filter.dimension(3)) {
            return 6;
        }
        if (input == TensorType.INT16 && weights == TensorType.INT16) {
            return 4;
        }
        if (input == TensorType.INT8) {
            return weights == TensorType.INT4 ? 7 : 3;
        }
        if (input == TensorType.FLOAT32 && weights == TensorType.INT8) {
            return node.input(1).quantization().isPerChannel() ? 5 : 2;
        }
        return 1;
    }
}
