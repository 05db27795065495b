package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.Tolerance;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LocalResponseNormalizationOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// LOCAL_RESPONSE_NORMALIZATION: `x * (bias + alpha * s)^-beta`, where `s` is the sum of squares over the neighbours
/// along the last of four dimensions.
///
/// LiteRT's reference kernel takes `radius` neighbours before an element, itself and `radius - 1` behind it;
/// its default kernel takes `radius` behind it. Here it is as in the reference kernel.
public record LocalResponseNormalization(int radius, float bias, float alpha, float beta) implements MathOperator {
    public static final Definition<LocalResponseNormalization> DEFINITION = Definition.of(
                    LocalResponseNormalization.class, BuiltinOperator.LOCAL_RESPONSE_NORMALIZATION)
            .options(
                    node -> {
                        LocalResponseNormalizationOptions options = node.options()
                                .as(LocalResponseNormalizationOptions.class, LocalResponseNormalizationOptions.DEFAULT);
                        return new LocalResponseNormalization(
                                options.radius(), options.bias(), options.alpha(), options.beta());
                    },
                    op -> Options.of(new LocalResponseNormalizationOptions(op.radius, op.bias, op.alpha, op.beta)))
            .inputs(Operand.of("x", TensorType.FLOAT32))
            .outputs(Operand.of("y", TensorType.FLOAT32))
            .shapes((op, c) -> List.of(shape(c.input(0))))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.5.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> op::run);

    private static Shape shape(Shape input) {
        if (input.rank() != 4) {
            throw new ShapeException("LOCAL_RESPONSE_NORMALIZATION takes 4 dimensions, not " + input);
        }
        return input;
    }

    private void run(KernelContext context) {
        Tensor input = context.input(0);
        float[] x = input.floats();
        float[] y = context.output(0).floats();
        int depth = input.shape().dimension(-1);
        for (int row = 0, end = input.elementCount(); row < end; row += depth) {
            for (int c = 0; c < depth; c++) {
                int last = (int) Math.min(depth, (long) c + radius);
                float squares = 0;
                for (int i = row + (int) Math.max(0, (long) c - radius); i < row + last; i++) {
                    squares += x[i] * x[i];
                }
                y[row + c] = x[row + c] * (float) Math.pow(bias + alpha * squares, -beta);
            }
        }
    }
}
