package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Tolerance;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.Rounding;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PowOptions;
import dev.lithe.schema.TensorType;

/// POW: `a^b`. Integers take no negative exponents.
///
/// A single exponent that is a positive integer, for a base of another shape, is worked off by repeated multiplication,
/// as in LiteRT: floats that overflow come out as the largest float then, and integers wrap. Otherwise floats overflow
/// to infinity and integers to the smallest one.
public record Pow() implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32};
    private static final float NEARLY = 1e-5f;
    private static final FloatBounds FINITE = FusedActivation.floatBounds(ActivationFunctionType.NONE);
    public static final Definition<Pow> DEFINITION = Definition.of(Pow.class, BuiltinOperator.POW)
            .options(node -> new Pow(), op -> Options.of(PowOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.10.0")
            .tolerance(Tolerance.ROUNDING)
            .reference((op, setup) -> prepare(setup));

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32 -> Pow::floats;
            case INT32 -> Pow::ints;
            default -> throw KernelTypes.unsupported("POW", type);
        };
    }

    private static boolean isSingleExponent(KernelContext context) {
        return context.input(1).elementCount() == 1
                && !context.input(0).shape().equals(context.input(1).shape());
    }

    private static void floats(KernelContext context) {
        if (isSingleExponent(context)) {
            float exponent = context.input(1).floats()[0];
            int rounded = Rounding.truncated(Rounding.halfAway(exponent));
            if (Math.abs(exponent - rounded) < NEARLY && rounded >= 1) {
                float[] a = context.input(0).floats();
                float[] y = context.output(0).floats();
                for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                    y[i] = power(a[i], rounded);
                }
                return;
            }
        }
        Binary.floats((a, b) -> (float) Math.pow(a, b)).run(context);
    }

    private static float power(float base, int exponent) {
        if (exponent == 1) {
            return base;
        }
        float half = power(base, exponent / 2);
        float square = FINITE.clamp(half * half);
        return exponent % 2 == 1 ? FINITE.clamp(base * square) : square;
    }

    private static void ints(KernelContext context) {
        Tensor exponents = context.input(1);
        for (int i = 0; i < exponents.elementCount(); i++) {
            if (exponents.ints()[i] < 0) {
                throw new IllegalArgumentException("POW of integers takes no negative exponent such as "
                        + exponents.ints()[i]);
            }
        }
        if (isSingleExponent(context) && exponents.ints()[0] >= 1) {
            int[] a = context.input(0).ints();
            int[] y = context.output(0).ints();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = power(a[i], exponents.ints()[0]);
            }
            return;
        }
        Binary.ints((a, b) -> Rounding.truncated(Math.pow(a, b))).run(context);
    }

    private static int power(int base, int exponent) {
        int result = 1;
        int square = base;
        for (int rest = exponent; rest > 0; rest >>= 1) {
            result *= (rest & 1) == 1 ? square : 1;
            square *= square;
        }
        return result;
    }
}
