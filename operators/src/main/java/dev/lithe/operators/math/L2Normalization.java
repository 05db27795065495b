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
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.InverseSquareRoot;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.L2NormOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// L2_NORMALIZATION: `x` over its Euclidean length along the last dimension. Quantized outputs have the fixed scale
/// 1/128 around 0 (INT8) or 128 (UINT8).
///
/// @param activation has to be NONE: LiteRT's kernels refuse any other
public record L2Normalization(ActivationFunctionType activation) implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8};
    private static final float EPSILON = 1e-6f;
    private static final float SCALE = 1f / 128;
    private static final QuantizationRule RULE = new QuantizationRule(
            Scales.FIXED_OUTPUT,
            Map.of(
                    TensorType.INT8, QuantizationParameters.perTensor(SCALE, 0),
                    TensorType.UINT8, QuantizationParameters.perTensor(SCALE, 128)),
            -1,
            -1,
            -1,
            false,
            false);
    public static final Definition<L2Normalization> DEFINITION = Definition.of(
                    L2Normalization.class, BuiltinOperator.L2_NORMALIZATION)
            .options(
                    node -> new L2Normalization(node.options()
                            .as(L2NormOptions.class, L2NormOptions.DEFAULT)
                            .fusedActivationFunction()),
                    op -> Options.of(new L2NormOptions(op.activation)))
            .inputs(Operand.of("x", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(op.shape(c.input(0))))
            .quantization(RULE)
            .versions((op, node) -> TypeVersion.of(node.output(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private Shape shape(Shape input) {
        if (activation != ActivationFunctionType.NONE) {
            throw new ShapeException("L2_NORMALIZATION takes no fused activation, it has " + activation);
        }
        if (input.rank() == 0) {
            throw new ShapeException("L2_NORMALIZATION needs a dimension to go along, a scalar has none");
        }
        return input;
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> floats();
            case INT8, UINT8 -> bytes(type, setup.input(0).quantization().zeroPoint());
            default -> throw KernelTypes.unsupported("L2_NORMALIZATION", type);
        };
    }

    private static Kernel floats() {
        return context -> {
            Tensor input = context.input(0);
            float[] x = input.floats();
            float[] y = context.output(0).floats();
            int depth = input.shape().dimension(-1);
            for (int row = 0, end = input.elementCount(); row < end; row += depth) {
                float squares = 0;
                for (int i = row; i < row + depth; i++) {
                    squares += x[i] * x[i];
                }
                float length = (float) Math.sqrt(squares);
                length = length < EPSILON ? EPSILON : length;
                for (int i = row; i < row + depth; i++) {
                    y[i] = x[i] / length;
                }
            }
        };
    }

    private static Kernel bytes(TensorType type, int zeroPoint) {
        int mask = KernelTypes.byteMask(type);
        int outputZero = type == TensorType.UINT8 ? 128 : 0;
        return context -> {
            Tensor input = context.input(0);
            byte[] x = input.bytes();
            byte[] y = context.output(0).bytes();
            int depth = input.shape().dimension(-1);
            for (int row = 0, end = input.elementCount(); row < end; row += depth) {
                int squares = 0;
                for (int i = row; i < row + depth; i++) {
                    int value = (x[i] & mask) - zeroPoint;
                    squares += value * value;
                }
                Multiplier inverse = InverseSquareRoot.of(squares);
                for (int i = row; i < row + depth; i++) {
                    int value = (x[i] & mask) - zeroPoint;
                    y[i] = (byte) (Rounding.clamp(scaled(type, value, inverse), -128, 127) + outputZero);
                }
            }
        };
    }

    /// `128 * value / length`. The two types differ in when they shift, and so in the last bit.
    private static int scaled(TensorType type, int value, Multiplier inverse) {
        return type == TensorType.INT8
                ? FixedPoint.multiply(value, inverse.value(), inverse.shift() + 7)
                : FixedPoint.multiplySmallerThanOne(128 * value, inverse.value(), inverse.shift());
    }
}
