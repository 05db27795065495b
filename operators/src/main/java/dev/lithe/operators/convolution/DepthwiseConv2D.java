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
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import java.util.List;

/// DEPTHWISE_CONV_2D: input `[batch, height, width, channels]`, weights `[1, height, width, outputs]`, bias
/// `[outputs]`. Output `c * m + i` (`i` below the depth multiplier `m`) reads input channel `c` alone. The
/// multiplier is `outputs / channels`; the number in the options says the same and is carried along.
public record DepthwiseConv2D(
        Padding padding,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int depthMultiplier,
        ActivationFunctionType activation)
        implements ConvolutionOperator {
    public static final Definition<DepthwiseConv2D> DEFINITION = Definition.of(
                    DepthwiseConv2D.class, BuiltinOperator.DEPTHWISE_CONV_2D)
            .options(
                    node -> of(node.options().as(DepthwiseConv2DOptions.class, DepthwiseConv2DOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of("weights", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT4),
                    Operand.of("bias", TensorType.FLOAT32, TensorType.INT32, TensorType.INT64)
                            .asOptional())
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16))
            .shapes((op, c) -> List.of(op.shape(c)))
            .quantization(QuantizationRule.weighted(1, 3, 2))
            .versions(DepthwiseConv2D::version)
            .runtime(1, "1.5.0")
            .runtime(2, "1.12.0")
            .runtime(3, "1.14.0")
            .runtime(4, "2.2.0")
            .runtime(5, "2.3.0")
            .runtime(6, "2.3.0")
            .runtime(7, "2.11.0")
            .reference(DepthwiseConv2DReference::prepare);

    private static DepthwiseConv2D of(DepthwiseConv2DOptions options) {
        return new DepthwiseConv2D(
                options.padding(),
                options.strideH(),
                options.strideW(),
                options.dilationHFactor(),
                options.dilationWFactor(),
                options.depthMultiplier(),
                options.fusedActivationFunction());
    }

    private DepthwiseConv2DOptions toOptions() {
        return new DepthwiseConv2DOptions(
                padding, strideWidth, strideHeight, depthMultiplier, activation, dilationWidth, dilationHeight);
    }

    WindowOptions window() {
        return new WindowOptions(padding, strideHeight, strideWidth, dilationHeight, dilationWidth);
    }

    private Shape shape(ShapeContext c) {
        Shape input = c.input(0);
        Shape weights = c.input(1);
        WindowOptions.requireImages(input, weights);
        int channels = input.dimension(3);
        int outputs = weights.dimension(3);
        if (weights.dimension(0) != Shape.UNKNOWN && weights.dimension(0) != 1) {
            throw new ShapeException("depthwise weights begin with a dimension of 1, not " + weights);
        }
        if (channels != Shape.UNKNOWN && outputs != Shape.UNKNOWN && (channels < 1 || outputs % channels != 0)) {
            throw new ShapeException(outputs + " outputs are no multiple of " + channels + " input channels");
        }
        return window().outputShape(input, weights, outputs);
    }

    private static int version(DepthwiseConv2D op, NodeView node) {
        TensorType input = node.input(0).type();
        TensorType weights = node.input(1).type();
        // TensorFlow's rule asks for 16-bit weights, which no kernel has, and so gives 16x8 models version 1: a promise
        // to runtimes that lack the kernel.
        if (input == TensorType.INT16) {
            return 5;
        }
        if (input == TensorType.FLOAT32 && weights == TensorType.INT8) {
            return node.input(1).quantization().isPerChannel() ? 6 : 4;
        }
        if (input == TensorType.INT8) {
            return weights == TensorType.INT4 ? 7 : 3;
        }
        return op.dilationHeight != 1 || op.dilationWidth != 1 ? 2 : 1;
    }
}
