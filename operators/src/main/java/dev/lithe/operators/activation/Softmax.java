package dev.lithe.operators.activation;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SoftmaxOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// SOFTMAX: `exp(beta * x)` over its sum along the last dimension. Quantized outputs have a fixed scale: 1/256 from
/// -128
/// (INT8) or 0 (UINT8), 1/32768 (INT16, from 16-bit or from 8-bit inputs).
public record Softmax(float beta) implements ActivationOperator {
    private static final short LOWEST_HALF = (short) 0xFBFF;
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.FLOAT16
    };
    public static final Definition<Softmax> DEFINITION = Definition.of(Softmax.class, BuiltinOperator.SOFTMAX)
            .options(
                    node -> new Softmax(node.options()
                            .as(SoftmaxOptions.class, SoftmaxOptions.DEFAULT)
                            .beta()),
                    op -> Options.of(new SoftmaxOptions(op.beta)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(shape(c.input(0))))
            .quantization(QuantizationRule.fixedOutput(1f / 256, -128, 1f / 32768))
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .tolerance(Tolerance.ROUNDING)
            .reference(Softmax::prepare);

    private static Shape shape(Shape input) {
        if (input.rank() == 0) {
            throw new ShapeException("SOFTMAX needs a dimension to go along, a scalar has none");
        }
        return input;
    }

    private static Kernel prepare(Softmax op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats();
            case FLOAT16 -> op.halves();
            case INT8, UINT8 -> SoftmaxInteger.bytes(op, setup);
            case INT16 -> SoftmaxInteger.shorts(op, setup);
            default -> throw KernelTypes.unsupported("SOFTMAX", type);
        };
    }

    private Kernel floats() {
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
                    y[i] = (float) Math.exp((x[i] - max) * beta);
                    sum += y[i];
                }
                for (int i = row; i < row + depth; i++) {
                    y[i] /= sum;
                }
            }
        };
    }

    /// Sums are single precision, but what is summed is also rounded, before it is divided.
    private Kernel halves() {
        return context -> {
            Tensor input = context.input(0);
            short[] x = input.shorts();
            short[] y = context.output(0).shorts();
            int depth = input.shape().dimension(-1);
            int end = input.elementCount();
            for (int row = 0; row < end; row += depth) {
                float max = Float.float16ToFloat(LOWEST_HALF);
                for (int i = row; i < row + depth; i++) {
                    max = Math.max(max, Float.float16ToFloat(x[i]));
                }
                float sum = 0;
                for (int i = row; i < row + depth; i++) {
                    float power = (float) Math.exp((Float.float16ToFloat(x[i]) - max) * beta);
                    y[i] = Float.floatToFloat16(power);
                    sum += power;
                }
                for (int i = row; i < row + depth; i++) {
                    y[i] = Float.floatToFloat16(Float.float16ToFloat(y[i]) / sum);
                }
            }
        };
    }
}
