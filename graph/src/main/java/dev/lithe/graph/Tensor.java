package dev.lithe.graph;

import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Values at run time: a type, a known shape, a quantization and a Java array that holds the elements row-major from
/// index 0. The array may be longer than the shape needs (a planner lets tensors share arrays); what lies past
/// `elementCount()` is stale.
///
/// | types | array |
/// |---|---|
/// | FLOAT32, COMPLEX64 (real, imaginary) | `float[]` |
/// | FLOAT64, COMPLEX128 | `double[]` |
/// | INT8, UINT8, BOOL (0 or 1), INT4, INT2, UINT4 (one element a byte, sign-extended) | `byte[]` |
/// | INT16, UINT16, FLOAT16, BFLOAT16 (raw bits) | `short[]` |
/// | INT32, UINT32 | `int[]` |
/// | INT64, UINT64 | `long[]` |
/// | STRING | `byte[][]` |
public final class Tensor {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final TensorType type;
    private final Shape shape;
    private final QuantizationParameters quantization;
    private final Object array;

    private Tensor(TensorType type, Shape shape, QuantizationParameters quantization, Object array) {
        this.type = type;
        this.shape = shape;
        this.quantization = quantization;
        this.array = array;
    }

    /// Wraps `array`, of the kind that `type` needs and at least as long, without copying it.
    ///
    /// @throws IllegalArgumentException where the array is of another kind or too short
    public static Tensor wrap(TensorType type, Shape shape, QuantizationParameters quantization, Object array) {
        Class<?> kind = arrayKind(type);
        if (!kind.isInstance(array)) {
            throw new IllegalArgumentException(type + " is held in " + kind.getSimpleName() + ", not "
                    + array.getClass().getSimpleName());
        }
        long needed = Math.multiplyExact(shape.elementCount(), (long) unitsPerElement(type));
        if (Array.getLength(array) < needed) {
            throw new IllegalArgumentException("shape " + shape + " of " + type + " needs " + needed
                    + " elements, the array has " + Array.getLength(array));
        }
        return new Tensor(type, shape, quantization, array);
    }

    /// A tensor of zeros (empty strings).
    public static Tensor allocate(TensorType type, Shape shape, QuantizationParameters quantization) {
        int length = Math.toIntExact(Math.multiplyExact(shape.elementCount(), (long) unitsPerElement(type)));
        return new Tensor(type, shape, quantization, newArray(type, length));
    }

    public static Tensor of(Shape shape, float... values) {
        return wrap(TensorType.FLOAT32, shape, QuantizationParameters.NONE, values);
    }

    public static Tensor of(int[] shape, float... values) {
        return of(Shape.of(shape), values);
    }

    public static Tensor of(Shape shape, int... values) {
        return wrap(TensorType.INT32, shape, QuantizationParameters.NONE, values);
    }

    public static Tensor of(Shape shape, long... values) {
        return wrap(TensorType.INT64, shape, QuantizationParameters.NONE, values);
    }

    /// INT8 values; use [#wrap] for UINT8 and BOOL.
    public static Tensor of(Shape shape, byte... values) {
        return wrap(TensorType.INT8, shape, QuantizationParameters.NONE, values);
    }

    public static Tensor of(Shape shape, short... values) {
        return wrap(TensorType.INT16, shape, QuantizationParameters.NONE, values);
    }

    public TensorType type() {
        return type;
    }

    public Shape shape() {
        return shape;
    }

    public QuantizationParameters quantization() {
        return quantization;
    }

    public int elementCount() {
        return shape.flatSize();
    }

    public float[] floats() {
        return (float[]) array;
    }

    public double[] doubles() {
        return (double[]) array;
    }

    public byte[] bytes() {
        return (byte[]) array;
    }

    public short[] shorts() {
        return (short[]) array;
    }

    public int[] ints() {
        return (int[]) array;
    }

    public long[] longs() {
        return (long[]) array;
    }

    public byte[][] strings() {
        return (byte[][]) array;
    }

    /// The array itself, shared, of the kind that the type needs.
    public Object array() {
        return array;
    }

    /// The same elements under another shape of the same element count.
    public Tensor withShape(Shape newShape) {
        return wrap(type, newShape, quantization, array);
    }

    public Tensor withQuantization(QuantizationParameters newQuantization) {
        return new Tensor(type, shape, newQuantization, array);
    }

    /// A copy whose array is exactly as long as the shape needs.
    public Tensor copy() {
        int length = Math.multiplyExact(elementCount(), unitsPerElement(type));
        Object copied = switch (array) {
            case float[] a -> Arrays.copyOf(a, length);
            case double[] a -> Arrays.copyOf(a, length);
            case byte[] a -> Arrays.copyOf(a, length);
            case short[] a -> Arrays.copyOf(a, length);
            case int[] a -> Arrays.copyOf(a, length);
            case long[] a -> Arrays.copyOf(a, length);
            default -> Arrays.copyOf((byte[][]) array, length);
        };
        return new Tensor(type, shape, quantization, copied);
    }

    /// The elements as doubles: integers as stored (UINT8 and UINT16 unsigned), FLOAT16 widened; not for strings.
    public double[] toDoubles() {
        int length = Math.multiplyExact(elementCount(), unitsPerElement(type));
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = elementAsDouble(i);
        }
        return values;
    }

    /// Element `index` as a double, as [#toDoubles()] has it.
    public double elementAsDouble(int index) {
        return switch (array) {
            case float[] a -> a[index];
            case double[] a -> a[index];
            case byte[] a -> type == TensorType.UINT8 ? Byte.toUnsignedInt(a[index]) : a[index];
            case short[] a ->
                switch (type) {
                    case FLOAT16 -> Float.float16ToFloat(a[index]);
                    case BFLOAT16 -> Float.intBitsToFloat(a[index] << 16);
                    case UINT16 -> Short.toUnsignedInt(a[index]);
                    default -> a[index];
                };
            case int[] a -> type == TensorType.UINT32 ? Integer.toUnsignedLong(a[index]) : a[index];
            case long[] a -> a[index];
            default -> throw new IllegalStateException("strings are no numbers");
        };
    }

    /// The elements little-endian, one element in its own width (sub-byte types one a byte; not for strings).
    public byte[] toLittleEndian() {
        int length = Math.multiplyExact(elementCount(), unitsPerElement(type));
        byte[] bytes = new byte[Math.multiplyExact(length, unitBytes(type))];
        MemorySegment target = MemorySegment.ofArray(bytes);
        switch (array) {
            case float[] a -> MemorySegment.copy(a, 0, target, FLOAT, 0, length);
            case double[] a -> MemorySegment.copy(a, 0, target, DOUBLE, 0, length);
            case byte[] a -> System.arraycopy(a, 0, bytes, 0, length);
            case short[] a -> MemorySegment.copy(a, 0, target, SHORT, 0, length);
            case int[] a -> MemorySegment.copy(a, 0, target, INT, 0, length);
            case long[] a -> MemorySegment.copy(a, 0, target, LONG, 0, length);
            default -> throw new IllegalStateException("strings have no fixed layout");
        }
        return bytes;
    }

    /// The elements as [#toLittleEndian] has them, without a copy where this machine stores them so: whoever calls
    /// this must not change the tensor any more.
    public Bytes toBytes() {
        boolean direct = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return switch (array) {
            case float[] a when direct -> whole(MemorySegment.ofArray(a));
            case double[] a when direct -> whole(MemorySegment.ofArray(a));
            case short[] a when direct -> whole(MemorySegment.ofArray(a));
            case int[] a when direct -> whole(MemorySegment.ofArray(a));
            case long[] a when direct -> whole(MemorySegment.ofArray(a));
            case byte[] a when direct -> whole(MemorySegment.ofArray(a));
            default -> Bytes.of(MemorySegment.ofArray(toLittleEndian()));
        };
    }

    private Bytes whole(MemorySegment all) {
        return Bytes.of(all.asSlice(0, (long) elementCount() * unitsPerElement(type) * unitBytes(type)));
    }

    /// Reads little-endian elements in their own width (sub-byte types are unpacked from the file's packing).
    ///
    /// @throws IllegalArgumentException where `source` is shorter than the shape needs
    public static Tensor fromLittleEndian(
            TensorType type, Shape shape, QuantizationParameters quantization, MemorySegment source) {
        Tensor tensor = allocate(type, shape, quantization);
        int length = Math.multiplyExact(tensor.elementCount(), unitsPerElement(type));
        if (source.byteSize() < packedByteSize(type, length)) {
            throw new IllegalArgumentException("shape " + shape + " of " + type + " needs "
                    + packedByteSize(type, length) + " bytes, there are " + source.byteSize());
        }
        switch (tensor.array) {
            case float[] a -> MemorySegment.copy(source, FLOAT, 0, a, 0, length);
            case double[] a -> MemorySegment.copy(source, DOUBLE, 0, a, 0, length);
            case byte[] a -> unpack(type, source, a, length);
            case short[] a -> MemorySegment.copy(source, SHORT, 0, a, 0, length);
            case int[] a -> MemorySegment.copy(source, INT, 0, a, 0, length);
            case long[] a -> MemorySegment.copy(source, LONG, 0, a, 0, length);
            default -> throw new IllegalArgumentException("strings have no fixed layout");
        }
        return tensor;
    }

    /// How many bytes `elements` elements take in a file: sub-byte types are packed, low bits first.
    public static long packedByteSize(TensorType type, long elements) {
        return switch (type) {
            case INT4, UINT4 -> (elements + 1) / 2;
            case INT2 -> (elements + 3) / 4;
            default -> Math.multiplyExact(elements, (long) unitBytes(type));
        };
    }

    private static void unpack(TensorType type, MemorySegment source, byte[] target, int length) {
        switch (type) {
            case INT4, UINT4 -> {
                for (int i = 0; i < length; i++) {
                    int both = source.get(ValueLayout.JAVA_BYTE, i >> 1);
                    int nibble = (i & 1) == 0 ? both & 15 : (both >> 4) & 15;
                    target[i] = (byte) (type == TensorType.UINT4 ? nibble : (nibble << 28) >> 28);
                }
            }
            case INT2 -> {
                for (int i = 0; i < length; i++) {
                    int four = source.get(ValueLayout.JAVA_BYTE, i >> 2) >> ((i & 3) * 2);
                    target[i] = (byte) ((four << 30) >> 30);
                }
            }
            default -> MemorySegment.copy(source, ValueLayout.JAVA_BYTE, 0, target, 0, length);
        }
    }

    /// The array kind that holds `type`.
    public static Class<?> arrayKind(TensorType type) {
        return switch (type) {
            case FLOAT32, COMPLEX64 -> float[].class;
            case FLOAT64, COMPLEX128 -> double[].class;
            case INT8, UINT8, BOOL, INT4, INT2, UINT4, FLOAT8_E4M3FN, FLOAT8_E5M2 -> byte[].class;
            case INT16, UINT16, FLOAT16, BFLOAT16 -> short[].class;
            case INT32, UINT32 -> int[].class;
            case INT64, UINT64 -> long[].class;
            case STRING -> byte[][].class;
            case RESOURCE, VARIANT -> int[].class;
        };
    }

    /// A new array of `length` units of the kind that holds `type`.
    public static Object newArray(TensorType type, int length) {
        if (type == TensorType.STRING) {
            byte[][] strings = new byte[length][];
            Arrays.fill(strings, new byte[0]);
            return strings;
        }
        return Array.newInstance(arrayKind(type).getComponentType(), length);
    }

    /// Array units an element takes: 2 for complex numbers, 1 otherwise.
    public static int unitsPerElement(TensorType type) {
        return type == TensorType.COMPLEX64 || type == TensorType.COMPLEX128 ? 2 : 1;
    }

    /// Bytes of one array unit.
    public static int unitBytes(TensorType type) {
        Class<?> unit = arrayKind(type).getComponentType();
        return unit == byte.class || unit == byte[].class
                ? 1
                : unit == short.class ? 2 : unit == int.class || unit == float.class ? 4 : 8;
    }

    @Override
    public String toString() {
        return type + shape.toString();
    }
}
