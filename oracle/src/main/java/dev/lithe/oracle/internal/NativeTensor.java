package dev.lithe.oracle.internal;

import dev.lithe.oracle.OracleTensorInfo;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.TfLiteIntArray;
import org.bytedeco.tensorflowlite.TfLiteTensor;
import org.bytedeco.tensorflowlite.global.tensorflowlite;

/// Reads and writes a tensor in the interpreter's memory.
///
/// @param index the tensor's index in its subgraph
/// @param tensor the runtime's record of it, only good until the next allocation
record NativeTensor(int index, TfLiteTensor tensor) {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHUNK = 1 << 16;

    /// From `TfLiteType` to the file format's `TensorType`; the position is the runtime's number.
    private static final int[] FILE_TYPE = {-1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    };

    OracleTensorInfo info() {
        int type = tensor.type();
        BytePointer name = tensor.name();
        return new OracleTensorInfo(
                index,
                name == null || name.isNull() ? "" : name.getString(),
                type >= 0 && type < FILE_TYPE.length ? FILE_TYPE[type] : -1,
                shape());
    }

    List<Integer> shape() {
        TfLiteIntArray dims = tensor.dims();
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; dims != null && i < dims.size(); i++) {
            shape.add(dims.data(i));
        }
        return shape;
    }

    /// Whether the value is a constant of the file.
    boolean isConstant() {
        return tensor.allocation_type() == tensorflowlite.kTfLiteMmapRo;
    }

    /// Sets the value.
    ///
    /// @throws RequestException if the number of bytes is not the tensor's
    void write(byte[] data) throws RequestException {
        if (tensor.type() == tensorflowlite.kTfLiteString) {
            tensorflowlite.TfLiteTensorRealloc(data.length, tensor);
        }
        if (tensor.bytes() != data.length) {
            throw new RequestException("tensor " + info() + " takes " + tensor.bytes() + " bytes, got " + data.length);
        }
        MemorySegment target = memory();
        MemorySegment.copy(data, 0, target, ValueLayout.JAVA_BYTE, 0, (int) target.byteSize());
    }

    /// Sets the value to zeros; strings to empty strings.
    void writeZeros() throws RequestException {
        if (tensor.type() == tensorflowlite.kTfLiteString) {
            write(emptyStrings(Math.toIntExact(info().elements())));
        } else {
            memory().fill((byte) 0);
        }
    }

    /// Writes information, length and bytes to a stream. A VARIANT tensor holds pointers: it counts as empty.
    void send(DataOutputStream out) throws IOException {
        Wire.writeInfo(out, info());
        MemorySegment value = tensor.type() == tensorflowlite.kTfLiteVariant ? MemorySegment.NULL : memory();
        out.writeInt(Math.toIntExact(value.byteSize()));
        byte[] chunk = new byte[(int) Math.min(CHUNK, value.byteSize())];
        for (long from = 0; from < value.byteSize(); from += chunk.length) {
            int length = (int) Math.min(chunk.length, value.byteSize() - from);
            MemorySegment.copy(value, ValueLayout.JAVA_BYTE, from, chunk, 0, length);
            out.write(chunk, 0, length);
        }
    }

    /// The tensor's bytes in place, none where the runtime gave it no memory.
    @SuppressWarnings("restricted")
    private MemorySegment memory() {
        Pointer data = tensor.data().data();
        if (data == null || data.isNull()) {
            return MemorySegment.NULL;
        }
        return MemorySegment.ofAddress(data.address()).reinterpret(tensor.bytes());
    }

    /// LiteRT's string buffer: the count, the offset of each string and of the end, then the characters (none here).
    private static byte[] emptyStrings(int count) {
        int length = Math.multiplyExact(4, Math.addExact(count, 2));
        byte[] bytes = new byte[length];
        MemorySegment buffer = MemorySegment.ofArray(bytes);
        buffer.set(INT, 0, count);
        for (int i = 1; i < count + 2; i++) {
            buffer.set(INT, 4L * i, length);
        }
        return bytes;
    }
}
