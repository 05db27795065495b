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
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;

/// PRELU: `x` where it is not negative, else `alpha * x`; `alpha` broadcasts to the shape of `x`.
///
/// With 16-bit activations `alpha` is INT8. TensorFlow's converter does not quantize it to 16 bits.
public record Prelu() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16};
    private static final QuantizationRule RULE =
            new QuantizationRule(Scales.INDEPENDENT, Map.of(), 1, -1, -1, false, false);
    public static final Definition<Prelu> DEFINITION = Definition.of(Prelu.class, BuiltinOperator.PRELU)
            .options(node -> new Prelu(), op -> Options.NONE)
            .inputs(Operand.of("x", TYPES), Operand.of("alpha", TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(shape(c)))
            .quantization(RULE)
            .versions((op, node) -> 1)
            .runtime(1, "1.8.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape shape(ShapeContext context) {
        Shape input = context.input(0);
        Shape broadcast = Broadcasting.shape(input, context.input(1));
        boolean grows = broadcast.rank() != input.rank();
        for (int d = 0; d < input.rank() && !grows; d++) {
            grows = input.dimension(d) != Shape.UNKNOWN && broadcast.dimension(d) != input.dimension(d);
        }
        if (grows) {
            throw new ShapeException("alpha " + context.input(1) + " does not broadcast to " + input);
        }
        return broadcast;
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Binary.floats((x, alpha) -> x >= 0 ? x : x * alpha);
            case INT8, UINT8, INT16 -> quantized(setup, type);
            default -> throw KernelTypes.unsupported("PRELU", type);
        };
    }

    private static Kernel quantized(KernelSetup setup, TensorType type) {
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters slopes = setup.input(1).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int slopeZero = slopes.zeroPoint();
        int outputZero = output.zeroPoint();
        Multiplier positive = Multiplier.of(input.scale() / output.scale());
        Multiplier negative = Multiplier.of(input.scale() * slopes.scale() / output.scale());
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        IntBinaryOperator function = (stored, alpha) -> {
            int x = stored - inputZero;
            int y = x >= 0 ? positive.apply(x) : negative.apply(x * (alpha - slopeZero));
            return Rounding.clamp(y + outputZero, min, max);
        };
        return type == TensorType.INT16 ? shorts(function) : Binary.plainBytes(type, function);
    }

    private static Kernel shorts(IntBinaryOperator function) {
        return context -> {
            short[] x = context.input(0).shorts();
            byte[] alpha = context.input(1).bytes();
            Tensor output = context.output(0);
            short[] y = output.shorts();
            Binary.rows(context, (i, stepX, j, stepAlpha, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepX, j += stepAlpha) {
                    y[k] = (short) function.applyAsInt(x[i], alpha[j]);
                }
            });
        };
    }
}
