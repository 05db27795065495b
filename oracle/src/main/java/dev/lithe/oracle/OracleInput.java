package dev.lithe.oracle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The value of one input for one invocation.
///
/// @param data the elements, little-endian, in row-major order, in the input's own type; for a STRING input LiteRT's
///     string buffer (int32 count, int32 offsets, bytes). Not copied: leave it alone once handed over.
/// @param shape the shape that the input is resized to before this invocation, `null` to keep the one it has (at
///     first that of the file, with 1 for each unknown dimension)
@SuppressWarnings("ArrayRecordComponent") // nobody compares or hashes these
public record OracleInput(byte[] data, @Nullable List<Integer> shape) {
    public OracleInput {
        shape = shape == null ? null : List.copyOf(shape);
    }

    /// A value in the shape that the input has already.
    public static OracleInput of(byte[] data) {
        return new OracleInput(data, null);
    }

    /// A float32 value in the shape that the input has already.
    public static OracleInput ofFloats(float... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return of(buffer.array());
    }

    /// The same value, with the input resized to a shape first.
    public OracleInput withShape(int... dimensions) {
        return new OracleInput(data, Arrays.stream(dimensions).boxed().toList());
    }
}
