package dev.lithe.importers.internal.onnx;

import com.google.protobuf.ByteString;
import dev.lithe.graph.Constant;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.onnx.proto.OnnxTensor;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Reads the constants of a model. Those in little-endian bytes stay where they are mapped.
final class OnnxTensors {
    /// Small results are computed at once, large ones when they are written.
    private static final long EAGER_BYTES = 1 << 20;

    private final String file;
    private final ExternalData external;
    private final Set<Constant> packed = Collections.newSetFromMap(new IdentityHashMap<>());

    OnnxTensors(String file, ExternalData external) {
        this.file = file;
        this.external = external;
    }

    /// The value of `proto`, called `name`, in the type to compute in.
    ///
    /// @throws MalformedModelException (LQ0181, LQ0182) where there are more or fewer bytes than its
    ///     shape needs, or where it is of a type that cannot be taken
    Value.Known value(String name, OnnxTensor proto) {
        TensorType stored = OnnxTypes.stored(proto.getDataType())
                .filter(t -> t != TensorType.STRING)
                .orElseThrow(() ->
                        broken(name, "has the element type " + proto.getDataType() + ", which cannot be taken over"));
        Shape shape = shape(name, proto.getDimsList());
        long count = elementCount(name, stored, shape);
        Constant constant = constant(name, proto, stored, shape, count);
        Value.Known value = widened(new Value.Known(name, stored, shape, constant), count);
        if (stored == TensorType.INT4 || stored == TensorType.UINT4) {
            packed.add(value.constant());
        }
        return value;
    }

    /// Whether a constant has 4 bits in the file.
    boolean isPacked(Value.Known value) {
        return packed.contains(value.constant());
    }

    private Shape shape(String name, List<Long> dims) {
        int[] sizes = new int[dims.size()];
        for (int i = 0; i < sizes.length; i++) {
            long size = dims.get(i);
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw broken(name, "has the size " + size + " as dimension " + i);
            }
            sizes[i] = (int) size;
        }
        return Shape.of(sizes);
    }

    private long elementCount(String name, TensorType type, Shape shape) {
        try {
            long units = Math.multiplyExact(shape.elementCount(), (long) Tensor.unitsPerElement(type));
            return Math.toIntExact(units);
        } catch (ArithmeticException e) {
            throw broken(name, "has the absurd shape " + shape);
        }
    }

    private Constant constant(String name, OnnxTensor proto, TensorType type, Shape shape, long count) {
        long needed = Tensor.packedByteSize(type, count);
        if (proto.getDataLocation() == 1) {
            return new Constant.Mapped(external.bytes(name, proto, needed));
        }
        ByteString raw = proto.getRawData();
        if (!raw.isEmpty()) {
            if (raw.size() != needed) {
                throw broken(name, type + shape.toString() + " needs " + needed + " bytes, there are " + raw.size());
            }
            MemorySegment segment = MemorySegment.ofBuffer(raw.asReadOnlyByteBuffer());
            return new Constant.Mapped(Bytes.of(segment));
        }
        int listed = listed(proto, type);
        long wanted = type == TensorType.INT4 || type == TensorType.UINT4 ? needed : count;
        if (listed != wanted) {
            throw broken(name, type + shape.toString() + " needs " + wanted + " elements, there are " + listed);
        }
        return Constant.of(fromLists(proto, type, shape, (int) count));
    }

    private static int listed(OnnxTensor proto, TensorType type) {
        return switch (type) {
            case FLOAT32, COMPLEX64 -> proto.getFloatDataCount();
            case FLOAT64, COMPLEX128 -> proto.getDoubleDataCount();
            case INT64 -> proto.getInt64DataCount();
            case UINT32, UINT64 -> proto.getUint64DataCount();
            default -> proto.getInt32DataCount();
        };
    }

    private static byte[] fromLists(OnnxTensor proto, TensorType type, Shape shape, int count) {
        if (type == TensorType.INT4 || type == TensorType.UINT4) {
            byte[] packed = new byte[proto.getInt32DataCount()];
            for (int i = 0; i < packed.length; i++) {
                packed[i] = (byte) proto.getInt32Data(i);
            }
            return packed;
        }
        Tensor tensor = Tensor.allocate(type, shape, QuantizationParameters.NONE);
        for (int i = 0; i < count; i++) {
            switch (tensor.array()) {
                case float[] a -> a[i] = proto.getFloatData(i);
                case double[] a -> a[i] = proto.getDoubleData(i);
                case long[] a -> a[i] = type == TensorType.INT64 ? proto.getInt64Data(i) : proto.getUint64Data(i);
                case int[] a -> a[i] = type == TensorType.UINT32 ? (int) proto.getUint64Data(i) : proto.getInt32Data(i);
                case short[] a -> a[i] = (short) proto.getInt32Data(i);
                default -> tensor.bytes()[i] = (byte) proto.getInt32Data(i);
            }
        }
        return tensor.toLittleEndian();
    }

    /// `known` in the type to compute in.
    private static Value.Known widened(Value.Known known, long count) {
        TensorType to = OnnxTypes.computed(known.type());
        if (to == known.type()) {
            return known;
        }
        long size = count * Tensor.unitBytes(to);
        Constant.Derived lazy = new Constant.Derived("widen", size, List.of(known.constant()), bytes -> {
            Tensor from = Tensor.fromLittleEndian(
                    known.type(),
                    known.shape(),
                    QuantizationParameters.NONE,
                    bytes.getFirst().segment());
            return Bytes.of(widen(from, to).toLittleEndian());
        });
        Constant constant = size <= EAGER_BYTES ? new Constant.Inline(lazy.bytes()) : lazy;
        return new Value.Known(known.name(), to, known.shape(), constant);
    }

    private static Tensor widen(Tensor from, TensorType to) {
        if (to != TensorType.FLOAT32) {
            return Tensor.wrap(to, from.shape(), QuantizationParameters.NONE, from.bytes());
        }
        float[] values = new float[from.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) from.elementAsDouble(i);
        }
        return Tensor.of(from.shape(), values);
    }

    private MalformedModelException broken(String name, String what) {
        return new MalformedModelException(
                "LQ0181", Location.tensor(file, -1, name), what, "export the model again; its weights are damaged.");
    }
}
