package dev.lithe.operators.dense;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// FULLY_CONNECTED: input of any rank, read as rows of `depth` elements; weights `[units, depth]`; bias
/// `[units]`. The output is `[rows, units]`, or the input's shape with `units` in the last dimension where
/// `keepNumDims` says so.
///
/// Weights that are shuffled (4 units by 16 elements at a time, their top bits flipped) have an 8-bit input of zero
/// point 128, a 16-bit output and a second output, in which the input is kept shuffled likewise.
///
/// @param asymmetricQuantizeInputs for float inputs with 8-bit weights: quantize each row between its minimum and
/// maximum
///   instead of symmetrically
/// @param quantizedBiasType the bias type of 16-bit activations (INT32 or INT64); FLOAT32 where it is not
///     stated
public record FullyConnected(
        ActivationFunctionType activation,
        FullyConnectedOptionsWeightsFormat weightsFormat,
        boolean keepNumDims,
        boolean asymmetricQuantizeInputs,
        TensorType quantizedBiasType)
        implements DenseOperator {
    public static final Definition<FullyConnected> DEFINITION = Definition.of(
                    FullyConnected.class, BuiltinOperator.FULLY_CONNECTED)
            .options(
                    node -> of(node.options().as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)),
                    op -> Options.of(op.toOptions()))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of(
                            "weights",
                            TensorType.FLOAT32,
                            TensorType.INT8,
                            TensorType.UINT8,
                            TensorType.INT4,
                            TensorType.INT2),
                    Operand.of("bias", TensorType.FLOAT32, TensorType.INT32, TensorType.INT64)
                            .asOptional())
            .outputs(
                    Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16),
                    Operand.of("shuffled", TensorType.UINT8).asOptional())
            .shapes((op, c) -> c.outputCount() == 2 ? List.of(op.shape(c), c.input(0)) : List.of(op.shape(c)))
            .quantization(QuantizationRule.weighted(1, 0, 2))
            .versions(FullyConnected::version)
            .runtime(1, "1.5.0")
            .runtime(2, "1.10.0")
            .runtime(3, "1.14.0")
            .runtime(4, "1.14.0")
            .runtime(5, "2.0.0")
            .runtime(6, "2.1.0")
            .runtime(7, "2.3.0")
            .runtime(8, "2.3.0")
            .runtime(9, "2.3.0")
            .runtime(10, "2.11.0")
            .runtime(11, "2.15.0")
            .runtime(12, "2.17.0")
            .runtime(13, "2.18.0")
            .runtime(14, "2.21.0")
            .reference(FullyConnectedReference::prepare);

    private static FullyConnected of(FullyConnectedOptions options) {
        return new FullyConnected(
                options.fusedActivationFunction(),
                options.weightsFormat(),
                options.keepNumDims(),
                options.asymmetricQuantizeInputs(),
                options.quantizedBiasType());
    }

    private FullyConnectedOptions toOptions() {
        return new FullyConnectedOptions(
                activation, weightsFormat, keepNumDims, asymmetricQuantizeInputs, quantizedBiasType);
    }

    private Shape shape(ShapeContext c) {
        Shape input = c.input(0);
        Shape weights = c.input(1);
        if (weights.rank() != 2) {
            throw new ShapeException("weights need the shape [units, depth], not " + weights);
        }
        int units = weights.dimension(0);
        int depth = weights.dimension(1);
        if (keepNumDims) {
            if (input.rank() == 0 || !fits(input.dimension(-1), depth)) {
                throw new ShapeException("the last dimension of " + input + " is not the weights' depth " + depth);
            }
            return input.withDimension(-1, units);
        }
        return Shape.of(rows(input, depth), units);
    }

    private static boolean fits(int a, int b) {
        return a == b || a == Shape.UNKNOWN || b == Shape.UNKNOWN;
    }

    private static int rows(Shape input, int depth) {
        if (!input.isKnown() || depth == Shape.UNKNOWN) {
            // Where the innermost dimension is a row, the others count the rows.
            boolean known = input.rank() > 1 && input.dimension(-1) == depth;
            Shape outer = known ? Shape.of(Arrays.copyOf(input.toArray(), input.rank() - 1)) : input;
            return known && outer.isKnown() ? outer.flatSize() : Shape.UNKNOWN;
        }
        long elements = input.elementCount();
        if (depth == 0) {
            return input.rank() == 0 ? 1 : input.flatSize(0, input.rank() - 1);
        }
        if (elements % depth != 0) {
            throw new ShapeException(input + " does not divide into rows of " + depth);
        }
        return Math.toIntExact(elements / depth);
    }

    private static int version(FullyConnected op, NodeView node) {
        TensorType input = node.input(0).type();
        TensorType weights = node.input(1).type();
        if (weights == TensorType.INT2) {
            return 14;
        }
        if (input == TensorType.INT16 && weights == TensorType.INT4) {
            return 13;
        }
        boolean hybrid = input == TensorType.FLOAT32 && weights == TensorType.INT8;
        if (hybrid && node.input(1).quantization().isPerChannel()) {
            return 12;
        }
        if (input == TensorType.INT16 && weights == TensorType.INT8 && op.quantizedBiasType != TensorType.FLOAT32) {
            return 11;
        }
        if (node.input(1).sparsity() != null) {
            return 8;
        }
        if (input == TensorType.INT16 && weights == TensorType.INT16) {
            return 7;
        }
        if (node.inputCount() == 2) {
            return 6;
        }
        if (op.keepNumDims) {
            return 5;
        }
        if (input == TensorType.INT8) {
            return weights == TensorType.INT4 ? 10 : 4;
        }
        if (hybrid) {
            return op.asymmetricQuantizeInputs ? 9 : 3;
        }
        return op.weightsFormat == FullyConnectedOptionsWeightsFormat.DEFAULT ? 1 : 2;
    }

    /// What integer kernels rescale sums by: `inputScale * weightScale / outputScale` per unit.
    public static double[] factors(KernelSetup setup) {
        int units = setup.input(1).shape().dimension(0);
        float[] weights =
                OutputStage.perChannel(setup.input(1).quantization().scales().toArray(), units);
        double input = setup.input(0).quantization().scale();
        double output = setup.output(0).quantization().scale();
        double[] factors = new double[units];
        for (int unit = 0; unit < units; unit++) {
            factors[unit] = input * weights[unit] / output;
        }
        return factors;
    }
}
