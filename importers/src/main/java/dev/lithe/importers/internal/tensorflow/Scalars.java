package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.schema.TensorType;
import java.util.Arrays;

/// Constants that rules add themselves.
final class Scalars {
    private Scalars() {}

    static Tensor of(TensorType type, double value) {
        return filled(type, Shape.SCALAR, value);
    }

    /// A tensor whose elements all are `value`.
    ///
    /// @throws NotLowerable for types that hold no numbers
    static Tensor filled(TensorType type, Shape shape, double value) {
        Tensor tensor = switch (type) {
            case STRING, RESOURCE, VARIANT, INT4, INT2, UINT4, FLOAT8_E4M3FN, FLOAT8_E5M2 ->
                throw new NotLowerable("there is no constant " + value + " of type " + type);
            default -> Tensor.allocate(type, shape, QuantizationParameters.NONE);
        };
        switch (tensor.array()) {
            case float[] a when type == TensorType.FLOAT32 -> Arrays.fill(a, (float) value);
            case double[] a when type == TensorType.FLOAT64 -> Arrays.fill(a, value);
            case long[] a -> Arrays.fill(a, (long) value);
            case int[] a -> Arrays.fill(a, (int) (long) value);
            case short[] a when type == TensorType.INT16 || type == TensorType.UINT16 -> Arrays.fill(a, (short) value);
            case short[] a when type == TensorType.FLOAT16 -> Arrays.fill(a, Float.floatToFloat16((float) value));
            case byte[] a -> Arrays.fill(a, (byte) value);
            default -> throw new NotLowerable("there is no constant " + value + " of type " + type);
        }
        return tensor;
    }
}
