package dev.lithe.operators.stablehlo;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.HalfFloats;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.schema.TensorType;

/// What becomes of two elements of one type. Whole numbers wrap around, BOOL stays 0 or 1.
///
/// MAXIMUM and MINIMUM give the first where one is NaN, LARGEST and SMALLEST, which windows are reduced with, the
/// second.
enum Combination {
    ADD,
    MULTIPLY,
    MAXIMUM,
    MINIMUM,
    LARGEST,
    SMALLEST,
    AND,
    ALL,
    ANY,
    SECOND;

    /// Combines element `i` of `a` and `j` of `b` into element `k` of `y`.
    @FunctionalInterface
    interface Step {
        void run(Tensor a, int i, Tensor b, int j, Tensor y, int k);
    }

    /// The combination of elements of `type`.
    ///
    /// @param operator whose it is, for the message where there is none for the type
    Step of(TensorType type, String operator) {
        return switch (type) {
            case FLOAT32 -> (a, i, b, j, y, k) -> y.floats()[k] = floats(a.floats()[i], b.floats()[j]);
            case FLOAT64 -> (a, i, b, j, y, k) -> y.doubles()[k] = doubles(a.doubles()[i], b.doubles()[j]);
            case FLOAT16 ->
                (a, i, b, j, y, k) -> y.shorts()[k] = HalfFloats.fromFloat(
                        type, floats(HalfFloats.toFloat(type, a.shorts()[i]), HalfFloats.toFloat(type, b.shorts()[j])));
            case BOOL ->
                (a, i, b, j, y, k) -> y.bytes()[k] = (byte) (wholes(a.bytes()[i], b.bytes()[j], false) == 0 ? 0 : 1);
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> {
                boolean unsigned = type == TensorType.UINT64;
                yield (a, i, b, j, y, k) -> put(y, k, wholes(whole(a, i), whole(b, j), unsigned));
            }
            default -> throw KernelTypes.unsupported(operator, type);
        };
    }

    private static long whole(Tensor x, int i) {
        return switch (x.array()) {
            case byte[] a -> x.type() == TensorType.UINT8 ? Byte.toUnsignedLong(a[i]) : a[i];
            case short[] a -> x.type() == TensorType.UINT16 ? Short.toUnsignedLong(a[i]) : a[i];
            case int[] a -> x.type() == TensorType.UINT32 ? Integer.toUnsignedLong(a[i]) : a[i];
            default -> x.longs()[i];
        };
    }

    private static void put(Tensor y, int k, long value) {
        switch (y.array()) {
            case byte[] a -> a[k] = (byte) value;
            case short[] a -> a[k] = (short) value;
            case int[] a -> a[k] = (int) value;
            default -> y.longs()[k] = value;
        }
    }

    private long wholes(long a, long b, boolean unsigned) {
        int order = unsigned ? Long.compareUnsigned(a, b) : Long.compare(a, b);
        return switch (this) {
            case ADD -> a + b;
            case MULTIPLY -> a * b;
            case MAXIMUM, LARGEST -> order < 0 ? b : a;
            case MINIMUM, SMALLEST -> order > 0 ? b : a;
            case AND -> a & b;
            case ALL -> a != 0 && b != 0 ? 1 : 0;
            case ANY -> a != 0 || b != 0 ? 1 : 0;
            case SECOND -> b;
        };
    }

    private float floats(float a, float b) {
        return switch (this) {
            case ADD -> a + b;
            case MULTIPLY -> a * b;
            case MAXIMUM -> a < b ? b : a;
            case MINIMUM -> b < a ? b : a;
            case LARGEST -> a >= b ? a : b;
            case SMALLEST -> a <= b ? a : b;
            case ALL -> a != 0 && b != 0 ? 1 : 0;
            case ANY -> a != 0 || b != 0 ? 1 : 0;
            case SECOND -> b;
            case AND -> throw KernelTypes.unsupported("AND", TensorType.FLOAT32);
        };
    }

    private double doubles(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case MULTIPLY -> a * b;
            case MAXIMUM -> a < b ? b : a;
            case MINIMUM -> b < a ? b : a;
            case LARGEST -> a >= b ? a : b;
            case SMALLEST -> a <= b ? a : b;
            case ALL -> a != 0 && b != 0 ? 1 : 0;
            case ANY -> a != 0 || b != 0 ? 1 : 0;
            case SECOND -> b;
            case AND -> throw KernelTypes.unsupported("AND", TensorType.FLOAT64);
        };
    }
}
