package dev.lithe.importers.internal.raw;

import com.google.protobuf.ByteString;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TensorShapeProto;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// Reads values as they stand in a graph file.
public final class TensorValues {
    /// A single number can stand for a tensor of any size; what is larger than this is refused
    /// rather than allocated.
    private static final long FILL_LIMIT = 1L << 28;

    private TensorValues() {}

    /// A value that cannot be taken: `getMessage()` says why.
    public static final class ValueException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ValueException(String message) {
            super(message);
        }
    }

    /// The shape with `-1` for unknown dimensions; empty where even their number is unknown.
    public static Optional<Shape> shape(TensorShapeProto proto) {
        if (proto.getUnknownRank()) {
            return Optional.empty();
        }
        return Optional.of(
                shape(proto.getDimList().stream().map(d -> d.getSize()).toList()));
    }

    /// @throws ValueException where a dimension is neither -1 nor one that an index can reach
    public static Shape shape(List<Long> dimensions) {
        int[] sizes = new int[dimensions.size()];
        for (int i = 0; i < sizes.length; i++) {
            long size = dimensions.get(i);
            if (size < -1 || size > Integer.MAX_VALUE) {
                throw new ValueException("dimension " + i + " is " + size);
            }
            sizes[i] = (int) size;
        }
        return Shape.of(sizes);
    }

    /// The little-endian bytes of a tensor, for strings in the format that `.tflite` files have.
    ///
    /// @throws ValueException where there are more or fewer than its shape needs
    public static Bytes bytes(TensorProto proto, TensorType type, Shape shape) {
        if (type == TensorType.STRING) {
            return strings(proto, shape);
        }
        long count = elementCount(type, shape);
        long size = Math.multiplyExact(count, (long) Tensor.unitBytes(type));
        if (!proto.getTensorContent().isEmpty()) {
            if (proto.getTensorContent().size() != size) {
                throw new ValueException(type + shape.toString() + " needs " + size + " bytes, there are "
                        + proto.getTensorContent().size());
            }
            return Bytes.of(proto.getTensorContent().toByteArray());
        }
        if (size > FILL_LIMIT) {
            throw new ValueException(type + shape.toString() + " is too large for a constant of one repeated value");
        }
        return fill(proto, type, shape).toBytes();
    }

    /// Their number, where each begins and the last ends (from the start, as INT32), then all of them in
    /// sequence.
    private static Bytes strings(TensorProto proto, Shape shape) {
        List<ByteString> values = proto.getStringValList();
        long count = shape.elementCount();
        if (values.size() > count || count > FILL_LIMIT >> 5) {
            throw new ValueException("it has " + values.size() + " strings where its shape needs " + count);
        }
        long length = 4L * (count + 2);
        for (int i = 0; i < count; i++) {
            length += string(values, i).size();
        }
        if (length > FILL_LIMIT) {
            throw new ValueException("its strings take " + length + " bytes, more than a constant may have");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        int at = 4 * ((int) count + 2);
        buffer.putInt((int) count);
        for (int i = 0; i < count; i++) {
            buffer.putInt(at);
            at += string(values, i).size();
        }
        buffer.putInt(at);
        for (int i = 0; i < count; i++) {
            buffer.put(string(values, i).asReadOnlyByteBuffer());
        }
        return Bytes.of(buffer.array());
    }

    private static ByteString string(List<ByteString> values, int index) {
        return values.isEmpty() ? ByteString.EMPTY : values.get(Math.min(index, values.size() - 1));
    }

    private static long elementCount(TensorType type, Shape shape) {
        try {
            long units = Math.multiplyExact(shape.elementCount(), (long) Tensor.unitsPerElement(type));
            return Math.multiplyExact(units, 8L) / 8;
        } catch (ArithmeticException e) {
            throw new ValueException(type + " has the absurd shape " + shape);
        }
    }

    private static Tensor fill(TensorProto proto, TensorType type, Shape shape) {
        Tensor tensor = Tensor.allocate(type, shape, QuantizationParameters.NONE);
        int count = Math.multiplyExact(tensor.elementCount(), Tensor.unitsPerElement(type));
        switch (type) {
            case FLOAT32 -> each(tensor.floats(), count, proto.getFloatValList(), (a, i, v) -> a[i] = v);
            case COMPLEX64 -> each(tensor.floats(), count, proto.getScomplexValList(), (a, i, v) -> a[i] = v);
            case FLOAT64 -> each(tensor.doubles(), count, proto.getDoubleValList(), (a, i, v) -> a[i] = v);
            case COMPLEX128 -> each(tensor.doubles(), count, proto.getDcomplexValList(), (a, i, v) -> a[i] = v);
            case FLOAT16, BFLOAT16 ->
                each(tensor.shorts(), count, proto.getHalfValList(), (a, i, v) -> a[i] = v.shortValue());
            case INT16, UINT16 ->
                each(tensor.shorts(), count, proto.getIntValList(), (a, i, v) -> a[i] = v.shortValue());
            case INT8, UINT8 -> each(tensor.bytes(), count, proto.getIntValList(), (a, i, v) -> a[i] = v.byteValue());
            case BOOL -> each(tensor.bytes(), count, proto.getBoolValList(), (a, i, v) -> a[i] = (byte) (v ? 1 : 0));
            case INT32 -> each(tensor.ints(), count, proto.getIntValList(), (a, i, v) -> a[i] = v);
            case UINT32 -> each(tensor.ints(), count, proto.getUint32ValList(), (a, i, v) -> a[i] = v);
            case INT64 -> each(tensor.longs(), count, proto.getInt64ValList(), (a, i, v) -> a[i] = v);
            case UINT64 -> each(tensor.longs(), count, proto.getUint64ValList(), (a, i, v) -> a[i] = v);
            case STRING, RESOURCE, VARIANT, INT4, INT2, UINT4, FLOAT8_E4M3FN, FLOAT8_E5M2 ->
                throw new ValueException("a constant of type " + type + " cannot be taken over");
        }
        return tensor;
    }

    @FunctionalInterface
    private interface Setter<A, V> {
        void set(A array, int index, V value);
    }

    /// Sets all `count` elements; a list that is too short goes on with its last element, an empty
    /// one means zeros.
    private static <A, V> void each(A array, int count, List<V> values, Setter<A, V> setter) {
        if (values.size() > count) {
            throw new ValueException("it has " + values.size() + " values where its shape needs " + count);
        }
        if (values.isEmpty()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            setter.set(array, i, values.get(Math.min(i, values.size() - 1)));
        }
    }
}
