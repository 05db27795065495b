package dev.lithe.datasets.internal;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns the elements of a numpy array into tensors: any byte order, row-major or column-major.
public final class NpyElements {
    private NpyElements() {}

    /// The rows of `data` from `first` on that `wanted` holds. `rows` is the array's leading dimension, or 1 with
    /// `first` 0 where `wanted` is the whole array.
    public static Tensor read(
            String location, NpyHeader header, MemorySegment data, int first, int rows, Shape wanted) {
        int count = Math.toIntExact(wanted.elementCount());
        if (count == 0) {
            return Tensor.allocate(header.type().type(), wanted, QuantizationParameters.NONE);
        }
        int width = header.type().width();
        boolean strided = header.fortranOrder() && header.shape().rank() > 1;
        long skipped = first * (header.shape().elementCount() / rows);
        MemorySegment bytes =
                strided ? rowMajor(header, data, first, wanted) : data.asSlice(skipped * width, (long) count * width);
        if (header.type().type() == TensorType.STRING) {
            return Tensor.wrap(
                    TensorType.STRING, wanted, QuantizationParameters.NONE, strings(location, header, bytes));
        }
        if (header.type().bigEndian() && header.type().unitBytes() > 1) {
            bytes = swapped(bytes, header.type().unitBytes());
        }
        if (header.type().type() == TensorType.BOOL) {
            return bools(wanted, bytes);
        }
        return Tensor.fromLittleEndian(header.type().type(), wanted, QuantizationParameters.NONE, bytes);
    }

    /// Gathers column-major elements in row-major order.
    private static MemorySegment rowMajor(NpyHeader header, MemorySegment data, int first, Shape wanted) {
        int width = header.type().width();
        int rank = wanted.rank();
        long[] strides = new long[rank];
        long stride = width;
        for (int axis = 0; axis < rank; axis++) {
            strides[axis] = stride;
            stride *= header.shape().dimension(axis);
        }
        byte[] gathered = new byte[Math.multiplyExact(wanted.flatSize(), width)];
        MemorySegment target = MemorySegment.ofArray(gathered);
        int[] index = new int[rank];
        long source = first * strides[0];
        for (int at = 0; at < gathered.length; at += width) {
            MemorySegment.copy(data, source, target, at, width);
            for (int axis = rank - 1; axis >= 0; axis--) {
                source += strides[axis];
                if (++index[axis] < wanted.dimension(axis)) {
                    break;
                }
                source -= strides[axis] * wanted.dimension(axis);
                index[axis] = 0;
            }
        }
        return target;
    }

    private static MemorySegment swapped(MemorySegment bytes, int unit) {
        byte[] source = bytes.toArray(ValueLayout.JAVA_BYTE);
        byte[] target = new byte[source.length];
        for (int i = 0; i < source.length; i++) {
            target[i] = source[i - i % unit + unit - 1 - i % unit];
        }
        return MemorySegment.ofArray(target);
    }

    /// numpy writes 0 and 1; a viewed array may hold other bytes, and all but 0 count as true.
    private static Tensor bools(Shape shape, MemorySegment bytes) {
        byte[] values = bytes.toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) (values[i] == 0 ? 0 : 1);
        }
        return Tensor.wrap(TensorType.BOOL, shape, QuantizationParameters.NONE, values);
    }

    private static byte[][] strings(String location, NpyHeader header, MemorySegment bytes) {
        NpyType type = header.type();
        byte[] all = bytes.toArray(ValueLayout.JAVA_BYTE);
        byte[][] strings = new byte[all.length / type.width()][];
        for (int i = 0; i < strings.length; i++) {
            int from = i * type.width();
            strings[i] = type.unicode()
                    ? utf8(location, all, from, type)
                    : withoutTrailingZeros(Arrays.copyOfRange(all, from, from + type.width()));
        }
        return strings;
    }

    private static byte[] withoutTrailingZeros(byte[] padded) {
        int length = padded.length;
        while (length > 0 && padded[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(padded, length);
    }

    private static byte[] utf8(String location, byte[] all, int from, NpyType type) {
        ByteBuffer buffer =
                ByteBuffer.wrap(all).order(type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int[] codePoints = new int[type.width() / 4];
        int length = 0;
        for (int i = 0; i < codePoints.length; i++) {
            codePoints[i] = buffer.getInt(from + 4 * i);
            if (!Character.isValidCodePoint(codePoints[i])) {
                throw DataErrors.damaged(location, "a string holds " + codePoints[i] + ", which is no character");
            }
            length = codePoints[i] == 0 ? length : i + 1;
        }
        return new String(codePoints, 0, length).getBytes(StandardCharsets.UTF_8);
    }
}
