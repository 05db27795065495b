package dev.lithe.operators.pooling;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// AVERAGE_POOL_2D: the mean over a window, of what the window covers inside the input. Input and output share their
/// quantization, so that integers are averaged as stored and rounded to nearest, halves away from zero.
public record AveragePool2D(PoolingWindow window, ActivationFunctionType activation) implements PoolingOperator {
    public static final Definition<AveragePool2D> DEFINITION = Definition.of(
                    AveragePool2D.class, BuiltinOperator.AVERAGE_POOL_2D)
            .options(
                    node -> {
                        Pool2DOptions options = node.options().as(Pool2DOptions.class, Pool2DOptions.DEFAULT);
                        return new AveragePool2D(PoolingWindow.of(options), options.fusedActivationFunction());
                    },
                    op -> Options.of(op.window.options(op.activation)))
            .inputs(Operand.of("x", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16))
            .outputs(Operand.of("y", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16))
            .shapes((op, c) -> List.of(op.window.outputShape(c.input(0))))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .reference(AveragePool2D::prepare);

    private static Kernel prepare(AveragePool2D op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats(FusedActivation.floatBounds(op.activation));
            case INT8, UINT8 ->
                op.bytes(
                        FusedActivation.quantizedBounds(
                                op.activation, type, setup.output(0).quantization()),
                        KernelTypes.byteMask(type));
            case INT16 ->
                op.shorts(FusedActivation.quantizedBounds(
                        op.activation, type, setup.output(0).quantization()));
            default -> throw KernelTypes.unsupported("AVERAGE_POOL_2D", type);
        };
    }

    private Kernel floats(FloatBounds bounds) {
        return context -> {
            Tensor input = context.input(0);
            float[] x = input.floats();
            float[] y = context.output(0).floats();
            float[] sums = new float[input.shape().dimension(3)];
            window.positions(
                    input.shape(),
                    at -> {
                        for (int c = 0; c < sums.length; c++) {
                            sums[c] += x[at + c];
                        }
                    },
                    (output, count) -> {
                        for (int c = 0; c < sums.length; c++) {
                            y[output + c] = bounds.clamp(sums[c] / count);
                        }
                        Arrays.fill(sums, 0);
                    });
        };
    }

    private Kernel bytes(IntBounds bounds, int mask) {
        return context -> {
            Tensor input = context.input(0);
            byte[] x = input.bytes();
            byte[] y = context.output(0).bytes();
            int[] sums = new int[input.shape().dimension(3)];
            window.positions(
                    input.shape(),
                    at -> {
                        for (int c = 0; c < sums.length; c++) {
                            sums[c] += x[at + c] & mask;
                        }
                    },
                    (output, count) -> {
                        for (int c = 0; c < sums.length; c++) {
                            y[output + c] = (byte) bounds.clamp(mean(sums[c], count));
                        }
                        Arrays.fill(sums, 0);
                    });
        };
    }

    private Kernel shorts(IntBounds bounds) {
        return context -> {
            Tensor input = context.input(0);
            short[] x = input.shorts();
            short[] y = context.output(0).shorts();
            int[] sums = new int[input.shape().dimension(3)];
            window.positions(
                    input.shape(),
                    at -> {
                        for (int c = 0; c < sums.length; c++) {
                            sums[c] += x[at + c];
                        }
                    },
                    (output, count) -> {
                        for (int c = 0; c < sums.length; c++) {
                            y[output + c] = (short) bounds.clamp(mean(sums[c], count));
                        }
                        Arrays.fill(sums, 0);
                    });
        };
    }

    private static int mean(int sum, int count) {
        return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
    }
}
