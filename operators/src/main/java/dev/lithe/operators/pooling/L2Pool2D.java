package dev.lithe.operators.pooling;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;

/// L2_POOL_2D: the root of the mean of the squares over a window, of what the window covers inside the input.
public record L2Pool2D(PoolingWindow window, ActivationFunctionType activation) implements PoolingOperator {
    public static final Definition<L2Pool2D> DEFINITION = Definition.of(L2Pool2D.class, BuiltinOperator.L2_POOL_2D)
            .options(
                    node -> {
                        Pool2DOptions options = node.options().as(Pool2DOptions.class, Pool2DOptions.DEFAULT);
                        return new L2Pool2D(PoolingWindow.of(options), options.fusedActivationFunction());
                    },
                    op -> Options.of(op.window.options(op.activation)))
            .inputs(Operand.of("x", TensorType.FLOAT32))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(op.window.outputShape(c.input(0))))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .reference((op, setup) -> op.prepare());

    private Kernel prepare() {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        return context -> {
            Tensor input = context.input(0);
            float[] x = input.floats();
            float[] y = context.output(0).floats();
            float[] sums = new float[input.shape().dimension(3)];
            window.positions(
                    input.shape(),
                    at -> {
                        for (int c = 0; c < sums.length; c++) {
                            sums[c] += x[at + c] * x[at + c];
                        }
                    },
                    (output, count) -> {
                        for (int c = 0; c < sums.length; c++) {
                            y[output + c] = bounds.clamp((float) Math.sqrt(sums[c] / count));
                        }
                        Arrays.fill(sums, 0);
                    });
        };
    }
}
