package dev.lithe.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A tensor and its value after an invocation.
///
/// @param info index, name, type and shape
/// @param data the elements, little-endian, in row-major order, INT4 packed as the runtime packs it, STRING as
///     LiteRT's string buffer; empty where the runtime holds no memory for the tensor. Not a copy: do not write to
///     it.
@SuppressWarnings("ArrayRecordComponent") // nobody compares or hashes these: compare the data
public record OracleTensor(OracleTensorInfo info, byte[] data) {
    /// A fresh little-endian view of the value, read-only.
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// The value as float32, for a tensor of that type.
    ///
    /// @throws IllegalStateException if the tensor has another type
    public float[] floats() {
        if (info.typeCode() != 0) {
            throw new IllegalStateException("not a FLOAT32 tensor: " + info);
        }
        float[] values = new float[data.length / 4];
        buffer().asFloatBuffer().get(values);
        return values;
    }
}
