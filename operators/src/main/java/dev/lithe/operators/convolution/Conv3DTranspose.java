package dev.lithe.operators.convolution;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv3DOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// CONV_3D_TRANSPOSE: the convolution whose gradient CONV_3D is. Input 0 is the output's shape, input 1 the weights
/// `[depth, height, width, outputs, channels]`, input 2 `[batch, depth, height, width, channels]`, input 3 the bias. In
/// floats only.
public record Conv3DTranspose(VolumeOptions window) implements ConvolutionOperator {
    public static final Definition<Conv3DTranspose> DEFINITION = Definition.of(
                    Conv3DTranspose.class, BuiltinOperator.CONV_3D_TRANSPOSE)
            .options(
                    node -> new Conv3DTranspose(
                            VolumeOptions.of(node.options().as(Conv3DOptions.class, Conv3DOptions.DEFAULT))),
                    op -> Options.of(op.window.options()))
            .inputs(
                    Operand.of("shape", TensorType.INT32),
                    Operand.of("weights", TensorType.FLOAT32),
                    Operand.of("x", TensorType.FLOAT32),
                    Operand.of("bias", TensorType.FLOAT32).asOptional())
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference(Conv3DTranspose::prepare);

    private Shape infer(ShapeContext context) {
        Shape weights = context.input(1);
        Shape input = context.input(2);
        VolumeOptions.requireVolumes(input, weights, 4);
        Tensor shape = context.constant(0);
        return shape == null
                ? Shape.of(input.dimension(0), Shape.UNKNOWN, Shape.UNKNOWN, Shape.UNKNOWN, weights.dimension(3))
                : output(ShapeValues.shape(shape), input, weights);
    }

    private Shape output(Shape output, Shape input, Shape weights) {
        if (output.rank() != 5
                || differ(output.dimension(0), input.dimension(0))
                || differ(output.dimension(4), weights.dimension(3))) {
            throw new ShapeException("an output " + output + " for input " + input + " and weights " + weights);
        }
        for (int d = 0; d < 3; d++) {
            int size = output.dimension(d + 1);
            int computed = window.positions(d, size, weights.dimension(d));
            if (differ(computed, input.dimension(d + 1))) {
                TransposedAxis.require(computed, input.dimension(d + 1), size, weights.dimension(d));
            }
        }
        return output;
    }

    private static boolean differ(int a, int b) {
        return a != b && a != Shape.UNKNOWN && b != Shape.UNKNOWN;
    }

    private static Kernel prepare(Conv3DTranspose op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.window.activation());
        PreparedWeights<float[][]> weights = new PreparedWeights<>(setup, 1, Conv3DTranspose::rows);
        return context -> op.run(context, weights.of(context, 1), bounds);
    }

    private static float[][] rows(Tensor weights, int groups) {
        return WeightRows.transposed(
                weights.floats(),
                weights.shape().flatSize(0, 3) * groups,
                weights.shape().dimension(3),
                weights.shape().dimension(4));
    }

    /// LiteRT scatters each input element over the output; here each output gathers what reaches it, in the same order.
    private void run(KernelContext context, float[][] rows, FloatBounds bounds) {
        Shape filter = context.input(1).shape();
        Shape input = context.input(2).shape();
        Tensor y = context.resize(0, output(ShapeValues.shape(context.input(0)), input, filter));
        float[] bias = context.hasInput(3) ? context.input(3).floats() : null;
        TransposedAxis[] axes = new TransposedAxis[3];
        for (int d = 0; d < 3; d++) {
            axes[d] = window.transposed(d, input.dimension(d + 1), y.shape().dimension(d + 1), filter.dimension(d));
        }
        float[] sums = new float[y.shape().dimension(4)];
        int at = 0;
        for (int n = 0; n < input.dimension(0); n++) {
            for (int z = 0; z < axes[0].size(); z++) {
                for (int r = 0; r < axes[1].size(); r++) {
                    for (int c = 0; c < axes[2].size(); c++, at += sums.length) {
                        Arrays.fill(sums, 0);
                        gather(sums, rows, context.input(2), filter, axes, new int[] {n, z, r, c});
                        OutputStage.store(sums, bias, bounds, 0, y.floats(), at);
                    }
                }
            }
        }
    }

    /// @param place the image, and the position in the output's depth, rows and columns
    private static void gather(
            float[] sums, float[][] rows, Tensor x, Shape filter, TransposedAxis[] axes, int[] place) {
        Shape input = x.shape();
        int channels = input.dimension(4);
        int[] columns = axes[2].inputs()[place[3]];
        for (int i = 0; i < axes[0].inputs()[place[1]].length; i++) {
            int slice = place[0] * input.dimension(1) + axes[0].inputs()[place[1]][i];
            int sliceTap = axes[0].taps()[place[1]][i] * filter.dimension(1);
            for (int j = 0; j < axes[1].inputs()[place[2]].length; j++) {
                int line = (slice * input.dimension(2) + axes[1].inputs()[place[2]][j]) * input.dimension(3);
                int lineTap = (sliceTap + axes[1].taps()[place[2]][j]) * filter.dimension(2);
                for (int k = 0; k < columns.length; k++) {
                    int tap = lineTap + axes[2].taps()[place[3]][k];
                    WeightRows.accumulate(
                            sums, rows, tap * channels, x.floats(), (line + columns[k]) * channels, channels);
                }
            }
        }
    }
}
