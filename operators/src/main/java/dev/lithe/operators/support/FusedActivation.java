package dev.lithe.operators.support;

import dev.lithe.graph.Location;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.TensorType;

/// What an operator's fused activation does to its output: a clamp, in float or in quantized integers.
public final class FusedActivation {
    private FusedActivation() {}

    /// Both bounds are finite, as in LiteRT: without an activation an infinite sum comes out as the largest float.
    public record FloatBounds(float min, float max) {
        /// NaN and -0 pass unchanged.
        public float clamp(float value) {
            return value < min ? min : value > max ? max : value;
        }
    }

    public record IntBounds(int min, int max) {
        public int clamp(int value) {
            return Math.max(min, Math.min(max, value));
        }
    }

    public record LongBounds(long min, long max) {
        public long clamp(long value) {
            return Math.max(min, Math.min(max, value));
        }
    }

    /// @throws UnsupportedException for TANH and SIGN_BIT, which LiteRT's kernels do not take either
    public static FloatBounds floatBounds(ActivationFunctionType activation) {
        return switch (activation) {
            case NONE -> new FloatBounds(-Float.MAX_VALUE, Float.MAX_VALUE);
            case RELU -> new FloatBounds(0, Float.MAX_VALUE);
            case RELU_N1_TO_1 -> new FloatBounds(-1, 1);
            case RELU6 -> new FloatBounds(0, 6);
            case TANH, SIGN_BIT -> throw unsupported(activation);
        };
    }

    /// The bounds for unquantized integers.
    public static IntBounds intBounds(ActivationFunctionType activation) {
        return switch (activation) {
            case NONE -> new IntBounds(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case RELU -> new IntBounds(0, Integer.MAX_VALUE);
            case RELU_N1_TO_1 -> new IntBounds(-1, 1);
            case RELU6 -> new IntBounds(0, 6);
            case TANH, SIGN_BIT -> throw unsupported(activation);
        };
    }

    /// The bounds for unquantized 64-bit integers.
    public static LongBounds longBounds(ActivationFunctionType activation) {
        return switch (activation) {
            case NONE -> new LongBounds(Long.MIN_VALUE, Long.MAX_VALUE);
            case RELU -> new LongBounds(0, Long.MAX_VALUE);
            case RELU_N1_TO_1 -> new LongBounds(-1, 1);
            case RELU6 -> new LongBounds(0, 6);
            case TANH, SIGN_BIT -> throw unsupported(activation);
        };
    }

    /// The bounds of an INT8, UINT8 or INT16 output in its own quantization.
    public static IntBounds quantizedBounds(
            ActivationFunctionType activation, TensorType type, QuantizationParameters output) {
        int typeMin = minOf(type);
        int typeMax = maxOf(type);
        return switch (activation) {
            case NONE -> new IntBounds(typeMin, typeMax);
            case RELU -> new IntBounds(Math.max(typeMin, quantize(0, output)), typeMax);
            case RELU_N1_TO_1 ->
                new IntBounds(Math.max(typeMin, quantize(-1, output)), Math.min(typeMax, quantize(1, output)));
            case RELU6 -> new IntBounds(Math.max(typeMin, quantize(0, output)), Math.min(typeMax, quantize(6, output)));
            case TANH, SIGN_BIT -> throw unsupported(activation);
        };
    }

    /// The smallest value of a quantized activation type.
    public static int minOf(TensorType type) {
        return switch (type) {
            case INT8 -> Byte.MIN_VALUE;
            case UINT8 -> 0;
            case INT16 -> Short.MIN_VALUE;
            case INT4 -> -8;
            case UINT4 -> 0;
            default -> throw new IllegalArgumentException(type + " is no quantized activation type");
        };
    }

    /// The largest value of a quantized activation type.
    public static int maxOf(TensorType type) {
        return switch (type) {
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 255;
            case INT16 -> Short.MAX_VALUE;
            case INT4 -> 7;
            case UINT4 -> 15;
            default -> throw new IllegalArgumentException(type + " is no quantized activation type");
        };
    }

    private static int quantize(float bound, QuantizationParameters parameters) {
        // A tiny scale saturates here where C overflows; LiteRT refuses such a model, we clamp to the type instead.
        long steps = (long) Rounding.halfAway(bound / parameters.scale());
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, steps + parameters.zeroPoint()));
    }

    private static UnsupportedException unsupported(ActivationFunctionType activation) {
        return new UnsupportedException(
                "LQ0320",
                Location.NOWHERE,
                "fused activation " + activation + " is not taken: NONE, RELU, RELU_N1_TO_1 and RELU6 are",
                "make the activation an operator of its own");
    }
}
