package dev.lithe.operators.arithmetic;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SquaredDifferenceOptions;
import dev.lithe.schema.TensorType;
import java.util.function.IntUnaryOperator;

/// SQUARED_DIFFERENCE: `(a - b)^2`. Unquantized integers wrap. LiteRT has no kernel for 16-bit activations.
public record SquaredDifference() implements ArithmeticOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.INT32};
    private static final int SPARE_BITS = 7;
    public static final Definition<SquaredDifference> DEFINITION = Definition.of(
                    SquaredDifference.class, BuiltinOperator.SQUARED_DIFFERENCE)
            .options(node -> new SquaredDifference(), op -> Options.of(SquaredDifferenceOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent().withoutInt16())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT8, 2))
            .runtime(1, "1.13.1")
            .runtime(2, "2.5.0")
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> floats();
            case INT32 -> ints();
            case INT8 -> quantized(setup);
            default -> throw KernelTypes.unsupported("SQUARED_DIFFERENCE", type);
        };
    }

    private static Kernel floats() {
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (a[i] - b[j]) * (a[i] - b[j]);
                }
            });
        };
    }

    private static Kernel ints() {
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (a[i] - b[j]) * (a[i] - b[j]);
                }
            });
        };
    }

    private static Kernel quantized(KernelSetup setup) {
        QuantizationParameters left = setup.input(0).quantization();
        QuantizationParameters right = setup.input(1).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        double common = 2 * Math.max(left.scale(), right.scale());
        Multiplier back = Multiplier.of(common * common / ((1 << 2 * SPARE_BITS) * output.scale()));
        IntBounds bounds = FusedActivation.quantizedBounds(
                ActivationFunctionType.NONE, setup.output(0).type(), output);
        int zeroPoint = output.zeroPoint();
        return Binary.quantized(
                setup,
                scaled(left, common),
                scaled(right, common),
                (a, b) -> bounds.clamp(back.apply((a - b) * (a - b)) + zeroPoint));
    }

    private static IntUnaryOperator scaled(QuantizationParameters operand, double common) {
        int zeroPoint = operand.zeroPoint();
        Multiplier multiplier = Multiplier.of(operand.scale() / common);
        return stored -> multiplier.apply((stored - zeroPoint) * (1 << SPARE_BITS));
    }
}
