package dev.lithe.operators.support;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// What operators of one tensor share: kernels that map each element by itself.
public final class Unary {
    private Unary() {}

    /// A function on floats.
    @FunctionalInterface
    public interface FloatFunction {
        float apply(float x);
    }

    public static List<Shape> infer(ShapeContext context) {
        return List.of(context.input(0));
    }

    public static Kernel floats(FloatFunction function) {
        return context -> {
            float[] x = context.input(0).floats();
            float[] y = context.output(0).floats();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = function.apply(x[i]);
            }
        };
    }

    /// A kernel on FLOAT16 or BFLOAT16 elements: widened, mapped, rounded.
    public static Kernel halves(TensorType type, FloatFunction function) {
        return context -> {
            short[] x = context.input(0).shorts();
            short[] y = context.output(0).shorts();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = HalfFloats.fromFloat(type, function.apply(HalfFloats.toFloat(type, x[i])));
            }
        };
    }

    /// A kernel on INT32 elements.
    public static Kernel ints(IntUnaryOperator function) {
        return context -> {
            int[] x = context.input(0).ints();
            int[] y = context.output(0).ints();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = function.applyAsInt(x[i]);
            }
        };
    }

    /// A kernel on INT8, UINT8 or INT16 elements as stored, by a function from stored to stored value.
    public static Kernel stored(TensorType type, IntUnaryOperator function) {
        return type == TensorType.INT16 ? shorts(function) : bytes(table(type, function));
    }

    private static Kernel shorts(IntUnaryOperator function) {
        return context -> {
            short[] x = context.input(0).shorts();
            short[] y = context.output(0).shorts();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = (short) function.applyAsInt(x[i]);
            }
        };
    }

    private static Kernel bytes(byte[] table) {
        return context -> {
            byte[] x = context.input(0).bytes();
            byte[] y = context.output(0).bytes();
            for (int i = 0, n = context.output(0).elementCount(); i < n; i++) {
                y[i] = table[x[i] & 0xFF];
            }
        };
    }

    /// The result for each of the 256 bytes.
    private static byte[] table(TensorType type, IntUnaryOperator function) {
        byte[] table = new byte[256];
        int mask = KernelTypes.byteMask(type);
        for (int i = 0; i < table.length; i++) {
            table[i] = (byte) function.applyAsInt((byte) i & mask);
        }
        return table;
    }

    /// An 8-bit table of a float function: dequantize, apply, quantize, all in single precision.
    public static Kernel lookup(KernelSetup setup, FloatFunction function) {
        TensorType type = setup.input(0).type();
        QuantizationParameters input = setup.input(0).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        int inputZero = input.zeroPoint();
        int outputZero = output.zeroPoint();
        float inputScale = input.scale();
        float inverse = 1 / output.scale();
        int min = FusedActivation.minOf(type);
        int max = FusedActivation.maxOf(type);
        return stored(type, stored -> {
            float value = function.apply(inputScale * (stored - inputZero));
            return Rounding.clamp((int) (Rounding.halfAway(value * inverse) + outputZero), min, max);
        });
    }

    /// The same for INT16 elements, as a table with linear interpolation.
    public static Kernel interpolated(KernelSetup setup, FloatFunction function) {
        Int16Table table =
                Int16Table.of(setup.input(0).quantization(), setup.output(0).quantization(), function);
        return stored(TensorType.INT16, table::at);
    }
}
