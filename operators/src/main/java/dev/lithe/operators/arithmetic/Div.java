package dev.lithe.operators.arithmetic;

import dev.lithe.graph.Location;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FixedPoint;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FixedPointFunctions;
import dev.lithe.operators.support.FixedPointFunctions.Reciprocal;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DivOptions;
import dev.lithe.schema.TensorType;

/// DIV: the quotient of two tensors, then a fused activation. Floats divided by 0 come out as the largest
/// float (without an activation); integers round towards zero and refuse a divisor of 0.
public record Div(ActivationFunctionType activation) implements ArithmeticOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32
    };
    public static final Definition<Div> DEFINITION = Definition.of(Div.class, BuiltinOperator.DIV)
            .options(
                    node -> new Div(node.options()
                            .as(DivOptions.class, DivOptions.DEFAULT)
                            .fusedActivationFunction()),
                    op -> Options.of(new DivOptions(op.activation)))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> Binary.broadcastsBeyondFour(node) ? 2 : 1)
            .runtime(1, "1.6.0")
            .runtime(2, "2.3.0")
            .reference(Div::prepare);

    private static Kernel prepare(Div op, KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats();
            case INT32 -> op.ints();
            case INT8, UINT8, INT16 -> op.quantized(setup);
            default -> throw KernelTypes.unsupported("DIV", type);
        };
    }

    private Kernel floats() {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] / b[j]);
                }
            });
        };
    }

    private Kernel ints() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] / notZero(b[j]));
                }
            });
        };
    }

    /// The divisor's reciprocal comes from Newton's method in 31-bit fixed point; the dividend is shifted
    /// left as far as it goes, to keep all bits.
    private Kernel quantized(KernelSetup setup) {
        QuantizationParameters left = setup.input(0).quantization();
        QuantizationParameters right = setup.input(1).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        Multiplier multiplier = Multiplier.of(left.scale() / (right.scale() * output.scale()));
        IntBounds bounds =
                FusedActivation.quantizedBounds(activation, setup.output(0).type(), output);
        int zeroPoint = output.zeroPoint();
        return Binary.quantized(
                setup,
                Binary.centred(left),
                Binary.centred(right),
                (a, b) -> bounds.clamp(quotient(a, notZero(b), multiplier) + zeroPoint));
    }

    private static int quotient(int dividend, int divisor, Multiplier multiplier) {
        int a = divisor < 0 ? -dividend : dividend;
        Reciprocal reciprocal = Reciprocal.of(Math.abs(divisor), 31);
        int headroom = FixedPointFunctions.leadingSignBits(a);
        int unscaled = FixedPoint.multiplyGreaterThanOne(a, reciprocal.value(), headroom);
        int shift = multiplier.shift() - reciprocal.bitsOverUnit() - headroom;
        return shift < -31 ? 0 : FixedPoint.multiply(unscaled, multiplier.value(), shift);
    }

    private static int notZero(int divisor) {
        if (divisor == 0) {
            throw new UnsupportedException(
                    "LQ0322",
                    Location.operator(null, -1, -1, "DIV", null),
                    "an integer divisor is 0",
                    "keep the divisor away from 0, or leave the operator in float");
        }
        return divisor;
    }
}
