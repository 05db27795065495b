package dev.lithe.datasets.internal;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;

/// A tensor as the bytes of a `.npy` file.
public final class NpyWriter {
    private final byte[] header;
    private final byte[] elements;

    private NpyWriter(byte[] header, byte[] elements) {
        this.header = header;
        this.elements = elements;
    }

    public static NpyWriter of(Tensor tensor) {
        TensorType type = tensor.type();
        if (type == TensorType.STRING) {
            byte[][] strings = Arrays.copyOf(tensor.strings(), tensor.elementCount());
            int width = width(strings);
            return new NpyWriter(NpyHeader.format("|S" + width, tensor.shape()), padded(strings, width));
        }
        byte[] header = NpyHeader.format(NpyType.descr(type), tensor.shape());
        return new NpyWriter(header, (type == TensorType.BFLOAT16 ? widened(tensor) : tensor).toLittleEndian());
    }

    public long byteSize() {
        return (long) header.length + elements.length;
    }

    public long crc() {
        CRC32 crc = new CRC32();
        crc.update(header);
        crc.update(elements);
        return crc.getValue();
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(header);
        out.write(elements);
    }

    private static Tensor widened(Tensor tensor) {
        float[] values = new float[tensor.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) tensor.elementAsDouble(i);
        }
        return Tensor.of(tensor.shape(), values);
    }

    private static int width(byte[][] strings) {
        int width = 1;
        for (byte[] string : strings) {
            if (string.length > 0 && string[string.length - 1] == 0) {
                throw DataErrors.notRead(
                        "",
                        "a string ends in a zero byte, which numpy's strings lose",
                        "write this tensor in another format.");
            }
            width = Math.max(width, string.length);
        }
        return width;
    }

    private static byte[] padded(byte[][] strings, int width) {
        byte[] all = new byte[Math.multiplyExact(strings.length, width)];
        for (int i = 0; i < strings.length; i++) {
            System.arraycopy(strings[i], 0, all, i * width, strings[i].length);
        }
        return all;
    }
}
