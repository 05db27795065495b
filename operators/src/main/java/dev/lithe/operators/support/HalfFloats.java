package dev.lithe.operators.support;

import dev.lithe.schema.TensorType;

/// FLOAT16 and BFLOAT16 elements, which tensors hold as raw bits.
public final class HalfFloats {
    private HalfFloats() {}

    public static boolean isHalf(TensorType type) {
        return type == TensorType.FLOAT16 || type == TensorType.BFLOAT16;
    }

    /// The value of `bits`, exactly.
    public static float toFloat(TensorType type, short bits) {
        return type == TensorType.FLOAT16 ? Float.float16ToFloat(bits) : Float.intBitsToFloat(bits << 16);
    }

    /// The bits of the nearest value, ties to even.
    public static short fromFloat(TensorType type, float value) {
        return type == TensorType.FLOAT16 ? Float.floatToFloat16(value) : toBfloat16(value);
    }

    private static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40); // quiet, and never rounded into an infinity
        }
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }
}
