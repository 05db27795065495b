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
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.OutputStage;
import dev.lithe.operators.support.PreparedWeights;
import dev.lithe.operators.support.WeightRows;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv3DOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// CONV_3D: input `[batch, depth, height, width, channels]`, weights `[depth, height, width, channels, outputs]`, bias
/// `[outputs]`. In floats only.
public record Conv3D(VolumeOptions window) implements ConvolutionOperator {
    public static final Definition<Conv3D> DEFINITION = Definition.of(Conv3D.class, BuiltinOperator.CONV_3D)
            .options(
                    node -> new Conv3D(VolumeOptions.of(node.options().as(Conv3DOptions.class, Conv3DOptions.DEFAULT))),
                    op -> Options.of(op.window.options()))
            .inputs(
                    Operand.of("x", TensorType.FLOAT32),
                    Operand.of("weights", TensorType.FLOAT32),
                    Operand.of("bias", TensorType.FLOAT32).asOptional())
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(op.infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference(Conv3D::prepare);

    private Shape infer(ShapeContext context) {
        Shape input = context.input(0);
        Shape weights = context.input(1);
        VolumeOptions.requireVolumes(input, weights, 3);
        return Shape.of(
                input.dimension(0),
                window.positions(0, input.dimension(1), weights.dimension(0)),
                window.positions(1, input.dimension(2), weights.dimension(1)),
                window.positions(2, input.dimension(3), weights.dimension(2)),
                weights.dimension(4));
    }

    private static Kernel prepare(Conv3D op, KernelSetup setup) {
        FloatBounds bounds = FusedActivation.floatBounds(op.window.activation());
        PreparedWeights<float[][]> weights = new PreparedWeights<>(setup, 1, Conv3D::rows);
        return context -> new Run(op.window, context, weights.of(context, 1), bounds).run();
    }

    private static float[][] rows(Tensor weights, int groups) {
        return WeightRows.of(
                weights.floats(),
                weights.shape().flatSize(0, 4) * groups,
                weights.shape().dimension(4));
    }

    /// One run of the kernel: sums over window depth, rows, columns and input channels, in this order.
    private static final class Run {
        private final VolumeOptions window;
        private final KernelContext context;
        private final float[][] rows;
        private final FloatBounds bounds;
        private final Shape input;
        private final Shape filter;
        private final float[] sums;
        private final int[] before = new int[3];

        private Run(VolumeOptions window, KernelContext context, float[][] rows, FloatBounds bounds) {
            this.window = window;
            this.context = context;
            this.rows = rows;
            this.bounds = bounds;
            this.input = context.input(0).shape();
            this.filter = context.input(1).shape();
            this.sums = new float[filter.dimension(4)];
            for (int d = 0; d < 3; d++) {
                before[d] = window.before(d, input.dimension(d + 1), filter.dimension(d));
            }
        }

        void run() {
            Tensor y = context.output(0);
            Tensor bias = context.hasInput(2) ? context.input(2) : null;
            float[] x = context.input(0).floats();
            int at = 0;
            for (int n = 0; n < input.dimension(0); n++) {
                for (int z = 0; z < y.shape().dimension(1); z++) {
                    for (int r = 0; r < y.shape().dimension(2); r++) {
                        for (int c = 0; c < y.shape().dimension(3); c++, at += sums.length) {
                            Arrays.fill(sums, 0);
                            gather(x, n, origin(0, z), origin(1, r), origin(2, c));
                            OutputStage.store(sums, bias == null ? null : bias.floats(), bounds, 0, y.floats(), at);
                        }
                    }
                }
            }
        }

        private int origin(int d, int position) {
            return position * window.strides().get(d) - before[d];
        }

        private void gather(float[] x, int n, int z0, int r0, int c0) {
            int channels = input.dimension(4);
            for (int fz = 0; fz < filter.dimension(0); fz++) {
                int z = z0 + fz * window.dilations().get(0);
                for (int fr = 0; fr < filter.dimension(1); fr++) {
                    int r = r0 + fr * window.dilations().get(1);
                    boolean inside = z >= 0 && z < input.dimension(1) && r >= 0 && r < input.dimension(2);
                    for (int fc = 0; inside && fc < filter.dimension(2); fc++) {
                        int c = c0 + fc * window.dilations().get(2);
                        if (c >= 0 && c < input.dimension(3)) {
                            int tap = (fz * filter.dimension(1) + fr) * filter.dimension(2) + fc;
                            int from = ((n * input.dimension(1) + z) * input.dimension(2) + r) * input.dimension(3) + c;
                            WeightRows.accumulate(sums, rows, tap * channels, x, from * channels, channels);
                        }
                    }
                }
            }
        }
    }
}
