package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;

/// Numbers in another type.
///
/// - Real to integer: the fraction is cut off, what does not fit becomes the nearest number that does, NaN the largest.
///   (LiteRT 2.21 does so for FLOAT32 to INT32; for the other pairs its answer on such numbers depends on how the
/// compiler
///   vectorized the loop and on the place in the tensor. Later versions do as we do.)
/// - Integer to integer: the low bits.
/// - To BOOL: whether it is other than 0.
/// - To FLOAT16 and BFLOAT16: by way of FLOAT32, to nearest, ties to even.
/// - Complex numbers: the real part; from a real number one without an imaginary part.
public final class NumberCast {
    private NumberCast() {}

    /// All elements of `x` into `y`, which has another type and as many elements.
    public static void all(Tensor x, Tensor y) {
        switch (x.type()) {
            case FLOAT32, FLOAT64, FLOAT16, BFLOAT16, COMPLEX64 -> fromReals(x, y);
            default -> fromIntegers(x, y);
        }
    }

    private static void fromReals(Tensor x, Tensor y) {
        int step = Tensor.unitsPerElement(x.type());
        for (int i = 0; i < y.elementCount(); i++) {
            double value = x.elementAsDouble(i * step);
            switch (y.type()) {
                case FLOAT64 -> y.doubles()[i] = value;
                case FLOAT32, FLOAT16, BFLOAT16, COMPLEX64 -> put((float) value, y, i);
                case INT64 -> y.longs()[i] = Double.isNaN(value) ? Long.MAX_VALUE : (long) value;
                case BOOL -> y.bytes()[i] = (byte) (value == 0 ? 0 : 1);
                default -> put(saturated(value, y.type()), y, i);
            }
        }
    }

    private static void fromIntegers(Tensor x, Tensor y) {
        for (int i = 0; i < y.elementCount(); i++) {
            long value = integer(x, i);
            switch (y.type()) {
                case FLOAT64 -> y.doubles()[i] = value;
                case FLOAT32, FLOAT16, BFLOAT16, COMPLEX64 -> put((float) value, y, i);
                case BOOL -> y.bytes()[i] = (byte) (value == 0 ? 0 : 1);
                default -> put(value, y, i);
            }
        }
    }

    private static long integer(Tensor x, int i) {
        return switch (x.array()) {
            case byte[] a -> x.type() == TensorType.UINT8 ? Byte.toUnsignedInt(a[i]) : a[i];
            case short[] a -> x.type() == TensorType.UINT16 ? Short.toUnsignedInt(a[i]) : a[i];
            case int[] a -> x.type() == TensorType.UINT32 ? Integer.toUnsignedLong(a[i]) : a[i];
            case long[] a -> a[i];
            default -> throw KernelTypes.unsupported("CAST", x.type());
        };
    }

    private static long saturated(double value, TensorType type) {
        long max = max(type);
        long min = isUnsigned(type) ? 0 : -max - 1;
        return Double.isNaN(value) ? max : Math.clamp((long) value, min, max);
    }

    private static boolean isUnsigned(TensorType type) {
        return switch (type) {
            case UINT4, UINT8, UINT16, UINT32 -> true;
            default -> false;
        };
    }

    private static long max(TensorType type) {
        return switch (type) {
            case INT2 -> 1;
            case INT4 -> 7;
            case UINT4 -> 15;
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 0xFF;
            case INT16 -> Short.MAX_VALUE;
            case UINT16 -> 0xFFFF;
            case INT32 -> Integer.MAX_VALUE;
            case UINT32 -> 0xFFFFFFFFL;
            default -> throw KernelTypes.unsupported("CAST", type);
        };
    }

    private static void put(long value, Tensor y, int i) {
        switch (y.array()) {
            case byte[] a -> a[i] = (byte) value;
            case short[] a -> a[i] = (short) value;
            case int[] a -> a[i] = (int) value;
            case long[] a -> a[i] = value;
            default -> throw KernelTypes.unsupported("CAST", y.type());
        }
    }

    private static void put(float value, Tensor y, int i) {
        switch (y.type()) {
            case FLOAT16 -> y.shorts()[i] = toFloat16(value);
            case BFLOAT16 -> y.shorts()[i] = toBfloat16(value);
            case COMPLEX64 -> {
                y.floats()[2 * i] = value;
                y.floats()[2 * i + 1] = 0;
            }
            default -> y.floats()[i] = value;
        }
    }

    private static short toFloat16(float value) {
        return Float.isNaN(value) ? quietNan(value, 0x7E00) : Float.floatToFloat16(value);
    }

    private static short toBfloat16(float value) {
        if (Float.isNaN(value)) {
            return quietNan(value, 0x7FC0);
        }
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static short quietNan(float value, int bits) {
        return (short) (bits | (Float.floatToRawIntBits(value) >>> 31 << 15));
    }
}
