package dev.lithe.operators.convolution;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeConvOptions;
import java.util.List;

/// TRANSPOSE_CONV: the convolution whose gradient CONV_2D is: each pixel of input 2 (`[batch, height, width,
/// channels]`) spreads over a window of the output, weighted by input 1 (`[outputs, height, width,
/// channels]`). Input 0 is the output's shape; a window over it has to take as many positions as the input.
/// Bias is input 3.
///
/// @param quantizedBiasType the bias type of 16-bit activations (INT32 or INT64); FLOAT32 where it is not stated
public record TransposeConv(
        Padding padding,
        int strideHeight,
        int strideWidth,
        ActivationFunctionType activation,
        TensorType quantizedBiasType)
        implements ConvolutionOperator {
    public static final Definition<TransposeConv> DEFINITION = Definition.of(
                    TransposeConv.class, BuiltinOperator.TRANSPOSE_CONV)
            .options(
                    node -> of(node.options().as(TransposeConvOptions.class, TransposeConvOptions.DEFAULT)),
                    op -> Options.of(new TransposeConvOptions(
                            op.padding, op.strideWidth, op.strideHeight, op.activation, op.quantizedBiasType)))
            .inputs(
                    Operand.of("shape", TensorType.INT32),
                    Operand.of("weights", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8),
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of("bias", TensorType.FLOAT32, TensorType.INT32, TensorType.INT64)
                            .asOptional())
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.weighted(1, 0, 3))
            .versions(TransposeConv::version)
            .runtime(1, "1.9.0")
            .runtime(2, "2.2.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.13.0")
            .runtime(5, "2.15.0")
            .reference(TransposeConvReference::prepare);

    private static TransposeConv of(TransposeConvOptions options) {
        return new TransposeConv(
                options.padding(),
                options.strideH(),
                options.strideW(),
                options.fusedActivationFunction(),
                options.quantizedBiasType());
    }

    private static int version(TransposeConv op, NodeView node) {
        boolean wide = node.input(2).type() == TensorType.INT16;
        if (wide && op.quantizedBiasType != TensorType.FLOAT32) {
            return 5;
        }
        if (op.activation != ActivationFunctionType.NONE) {
            return 4;
        }
        if (node.hasInput(3)) {
            return 3;
        }
        return node.input(1).type() == TensorType.INT8 ? 2 : 1;
    }

    private Shape infer(ShapeContext context) {
        Shape weights = context.input(1);
        Shape input = context.input(2);
        WindowOptions.requireImages(input, weights);
        if (input.dimension(3) != weights.dimension(3)
                && input.dimension(3) != Shape.UNKNOWN
                && weights.dimension(3) != Shape.UNKNOWN) {
            throw new ShapeException(
                    "the input has " + input.dimension(3) + " channels, the weights take " + weights.dimension(3));
        }
        Tensor shape = context.constant(0);
        return shape == null
                ? Shape.of(input.dimension(0), Shape.UNKNOWN, Shape.UNKNOWN, weights.dimension(0))
                : output(ShapeValues.shape(shape), input, weights);
    }

    /// The output's shape, checked against input and weights.
    Shape output(Shape output, Shape input, Shape weights) {
        if (output.rank() != 4
                || differ(output.dimension(0), input.dimension(0))
                || differ(output.dimension(3), weights.dimension(0))) {
            throw new ShapeException("an output " + output + " for input " + input + " and weights " + weights);
        }
        require(output, input, weights, 1, strideHeight);
        require(output, input, weights, 2, strideWidth);
        return output;
    }

    private static boolean differ(int a, int b) {
        return a != b && a != Shape.UNKNOWN && b != Shape.UNKNOWN;
    }

    private void require(Shape output, Shape input, Shape weights, int d, int stride) {
        int filter = weights.dimension(d);
        int computed = SpatialPadding.outputSize(padding, output.dimension(d), filter, stride, 1);
        if (differ(computed, input.dimension(d))) {
            TransposedAxis.require(computed, input.dimension(d), output.dimension(d), filter);
        }
    }

    TransposedAxis rows(Shape input, Shape output, Shape weights) {
        return TransposedAxis.of(
                padding, input.dimension(1), output.dimension(1), weights.dimension(1), strideHeight, 1);
    }

    TransposedAxis columns(Shape input, Shape output, Shape weights) {
        return TransposedAxis.of(
                padding, input.dimension(2), output.dimension(2), weights.dimension(2), strideWidth, 1);
    }
}
