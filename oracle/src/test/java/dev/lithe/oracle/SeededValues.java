package dev.lithe.oracle;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Random values for inputs, the same for the same seed on any machine, and strings as LiteRT lays them out.
final class SeededValues {
    /// Integers of 32 and 64 bits are mostly indices and counts: small enough for any table, loop or axis.
    private static final int INDICES = 2;
    private static final int STEPS = 1 << 24;

    private SeededValues() {}

    /// Values for `spec` in `shape`: floats around 0 with tails up to 3, integers of 8 and 16 bits over their
    /// whole range, others 0 or 1, single ones (a count, an axis) 1 or 2, short strings.
    static Tensor of(TensorSpec spec, Shape shape, long seed) {
        Random random = new Random(seed);
        Tensor tensor = Tensor.allocate(spec.type(), shape, spec.quantization());
        int least = shape.rank() == 0 ? 1 : 0;
        switch (tensor.array()) {
            case float[] values -> fill(values, random);
            case byte[] values
            when spec.type() == TensorType.BOOL -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (byte) random.nextInt(2);
                }
            }
            case byte[] values -> random.nextBytes(values);
            case short[] values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (short) random.nextInt();
                }
            }
            case int[] values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = least + random.nextInt(INDICES);
                }
            }
            case long[] values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = least + random.nextInt(INDICES);
                }
            }
            case byte[][] values -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Integer.toString(random.nextInt(), 36).getBytes(StandardCharsets.US_ASCII);
                }
            }
            default -> throw new IllegalArgumentException("unexpected type " + spec.type());
        }
        return tensor;
    }

    private static void fill(float[] values, Random random) {
        for (int i = 0; i < values.length; i++) {
            int sum = random.nextInt(STEPS) + random.nextInt(STEPS) + random.nextInt(STEPS);
            values[i] = (float) (2.0 * sum / STEPS - 3);
        }
    }

    /// The bytes that the official runtime takes and gives for `tensor`.
    static byte[] bytes(Tensor tensor) {
        return tensor.type() == TensorType.STRING ? stringBuffer(tensor.strings()) : tensor.toLittleEndian();
    }

    /// What `data` of the official runtime says, in our terms.
    static Tensor tensor(TensorSpec spec, Shape shape, byte[] data) {
        if (spec.type() != TensorType.STRING) {
            return Tensor.fromLittleEndian(spec.type(), shape, spec.quantization(), MemorySegment.ofArray(data));
        }
        Tensor tensor = Tensor.allocate(spec.type(), shape, spec.quantization());
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.elementCount(); i++) {
            int from = buffer.getInt(4 + 4 * i);
            byte[] text = new byte[buffer.getInt(8 + 4 * i) - from];
            buffer.get(from, text);
            tensor.strings()[i] = text;
        }
        return tensor;
    }

    /// The number of strings, where each begins and the last ends, then the strings.
    private static byte[] stringBuffer(byte[][] strings) {
        int length = 8 + 4 * strings.length;
        int total = length;
        for (byte[] text : strings) {
            total += text.length;
        }
        ByteBuffer buffer = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(strings.length).putInt(length);
        for (byte[] text : strings) {
            length += text.length;
            buffer.putInt(length);
        }
        for (byte[] text : strings) {
            buffer.put(text);
        }
        return buffer.array();
    }
}
