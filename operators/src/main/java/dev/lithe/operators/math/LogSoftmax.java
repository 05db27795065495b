package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.QuantizationRule.Scales;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.LogSoftmaxOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// LOG_SOFTMAX: `x - log(sum of e^x)` along the last dimension. Quantized outputs have the fixed scale 1/16, with 0 at
/// the largest stored value.
public record LogSoftmax() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8};
    private static final float SCALE = 16f / 256;
    private static final QuantizationRule RULE = new QuantizationRule(
            Scales.FIXED_OUTPUT,
            Map.of(
                    TensorType.INT8, QuantizationParameters.perTensor(SCALE, 127),
                    TensorType.UINT8, QuantizationParameters.perTensor(SCALE, 255)),
            -1,
            -1,
            -1,
            false,
            false);
    public static final Definition<LogSoftmax> DEFINITION = Definition.of(LogSoftmax.class, BuiltinOperator.LOG_SOFTMAX)
            .options(node -> new LogSoftmax(), op -> Options.of(LogSoftmaxOptions.DEFAULT))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(shape(c.input(0))))
            .quantization(RULE)
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Shape shape(Shape input) {
        if (input.rank() == 0) {
            throw new ShapeException("LOG_SOFTMAX needs a dimension to go along, a scalar has none");
        }
        return input;
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> floats();
            case INT8, UINT8 ->
                LogSoftmaxInteger.of(type, setup.input(0).quantization().scale());
            default -> throw KernelTypes.unsupported("LOG_SOFTMAX", type);
        };
    }

    private static Kernel floats() {
        return context -> {
            Tensor input = context.input(0);
            float[] x = input.floats();
            float[] y = context.output(0).floats();
            int depth = input.shape().dimension(-1);
            int end = input.elementCount();
            for (int row = 0; row < end; row += depth) {
                float max = -Float.MAX_VALUE;
                for (int i = row; i < row + depth; i++) {
                    max = max < x[i] ? x[i] : max;
                }
                float sum = 0;
                for (int i = row; i < row + depth; i++) {
                    sum += (float) Math.exp(x[i] - max);
                }
                float log = (float) Math.log(sum);
                for (int i = row; i < row + depth; i++) {
                    y[i] = x[i] - max - log;
                }
            }
        };
    }
}
