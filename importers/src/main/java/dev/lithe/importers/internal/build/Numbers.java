package dev.lithe.importers.internal.build;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Values under folding: integers of every width (and booleans) as `long[]`, in which [#UNKNOWN]
/// marks an element that depends on an unknown dimension; floats as `float[]`, doubles as
/// `double[]`.
public record Numbers(TensorType type, Shape shape, Object array) {
    public static final long UNKNOWN = Long.MIN_VALUE;
    /// What has more elements stays an operator, and is folded when the constant is written.
    public static final int LIMIT = 1 << 20;

    /// The numbers of `value`; null where it is not known, too large, or of a type that is not folded.
    public static @Nullable Numbers of(Value value) {
        return switch (value) {
            case Value.Partial partial -> partial.numbers();
            case Value.Known known -> ofKnown(known);
            case Value.Dynamic _, Value.Opaque _, Value.Variable _, Value.Absent _, Value.Missing _ -> null;
        };
    }

    private static @Nullable Numbers ofKnown(Value.Known known) {
        if (known.constant().byteSize() > 8L * LIMIT) {
            return null;
        }
        return switch (known.type()) {
            case FLOAT32 ->
                new Numbers(known.type(), known.shape(), known.tensor().floats());
            case FLOAT64 ->
                new Numbers(known.type(), known.shape(), known.tensor().doubles());
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, BOOL ->
                new Numbers(known.type(), known.shape(), widen(known.tensor()));
            case FLOAT16,
                    BFLOAT16,
                    UINT64,
                    STRING,
                    COMPLEX64,
                    COMPLEX128,
                    RESOURCE,
                    VARIANT,
                    INT4,
                    INT2,
                    UINT4,
                    FLOAT8_E4M3FN,
                    FLOAT8_E5M2 -> null;
        };
    }

    private static long[] widen(Tensor tensor) {
        if (tensor.array() instanceof long[] longs) {
            return longs;
        }
        long[] values = new long[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) tensor.elementAsDouble(i);
        }
        return values;
    }

    public static Numbers ofLongs(TensorType type, Shape shape, long... values) {
        return new Numbers(type, shape, values);
    }

    public int count() {
        return shape.flatSize();
    }

    public boolean isInteger() {
        return array instanceof long[];
    }

    public long[] longs() {
        return (long[]) array;
    }

    public float[] floats() {
        return (float[]) array;
    }

    public double[] doubles() {
        return (double[]) array;
    }

    public boolean hasUnknown() {
        return array instanceof long[] values && Arrays.stream(values).anyMatch(v -> v == UNKNOWN);
    }

    /// Element `index[i]` at each `i`.
    public Numbers pick(Shape newShape, int[] index) {
        Object picked = switch (array) {
            case long[] a -> {
                long[] to = new long[index.length];
                Arrays.setAll(to, i -> a[index[i]]);
                yield to;
            }
            case double[] a -> {
                double[] to = new double[index.length];
                Arrays.setAll(to, i -> a[index[i]]);
                yield to;
            }
            default -> {
                float[] a = floats();
                float[] to = new float[index.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = a[index[i]];
                }
                yield to;
            }
        };
        return new Numbers(type, newShape, picked);
    }

    public Numbers withShape(Shape newShape) {
        return new Numbers(type, newShape, array);
    }

    /// The value again, called `name`: known unless an element is not.
    public Value toValue(String name) {
        if (hasUnknown()) {
            return new Value.Partial(this);
        }
        return Value.Known.of(name, toTensor());
    }

    private Tensor toTensor() {
        if (!(array instanceof long[] values)) {
            return Tensor.wrap(type, shape, QuantizationParameters.NONE, array);
        }
        Tensor tensor = Tensor.allocate(type, shape, QuantizationParameters.NONE);
        for (int i = 0; i < tensor.elementCount(); i++) {
            switch (tensor.array()) {
                case long[] a -> a[i] = values[i];
                case int[] a -> a[i] = (int) values[i];
                case short[] a -> a[i] = (short) values[i];
                default -> tensor.bytes()[i] = (byte) values[i];
            }
        }
        return tensor;
    }
}
