package dev.lithe.oracle;

import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How far the values of one tensor are apart, over all samples.
///
/// Values that are no numbers have to be so on both sides, infinite ones and strings have to be equal.
///
/// @param steps whether the tensor holds integers, or floats that a DEQUANTIZE made of integers
/// @param largest in steps of the scale; of other floats relative to their range (largest less smallest value)
record Difference(boolean steps, double largest) {
    /// Compares a tensor of `graph`, one array of little-endian elements a sample.
    static Difference of(Subgraph graph, TensorSpec spec, List<byte[]> actual, List<byte[]> expected) {
        if (actual.size() != expected.size()) {
            throw new IllegalArgumentException(actual.size() + " samples beside " + expected.size());
        }
        if (spec.type() == TensorType.STRING) {
            boolean same =
                    IntStream.range(0, actual.size()).allMatch(i -> Arrays.equals(actual.get(i), expected.get(i)));
            return new Difference(true, same ? 0 : Double.POSITIVE_INFINITY);
        }
        double largest = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int sample = 0; sample < expected.size(); sample++) {
            double[] is = elements(spec.type(), actual.get(sample));
            double[] ought = elements(spec.type(), expected.get(sample));
            if (is.length != ought.length) {
                throw new IllegalArgumentException(is.length + " elements beside " + ought.length);
            }
            for (int i = 0; i < is.length; i++) {
                if (is[i] == ought[i] || (Double.isNaN(is[i]) && Double.isNaN(ought[i]))) {
                    // also the infinite, which have no distance
                } else if (Double.isFinite(is[i]) && Double.isFinite(ought[i])) {
                    largest = Math.max(largest, Math.abs(is[i] - ought[i]));
                } else {
                    largest = Double.POSITIVE_INFINITY;
                }
                if (Double.isFinite(ought[i])) {
                    low = Math.min(low, ought[i]);
                    high = Math.max(high, ought[i]);
                }
            }
        }
        if (spec.type() != TensorType.FLOAT32) {
            return new Difference(true, largest);
        }
        Node producer = graph.producers().get(spec.id());
        if (producer != null && isDequantizing(graph, producer)) {
            float scale =
                    graph.tensor(producer.input(0)).quantization().scales().get(0);
            return new Difference(true, largest / scale);
        }
        double range = high > low ? high - low : Math.abs(high); // a single value: its distance from 0
        return new Difference(false, largest == 0 ? 0 : largest / range);
    }

    private static boolean isDequantizing(Subgraph graph, Node node) {
        return node.code().builtin() == BuiltinOperator.DEQUANTIZE
                && !graph.tensor(node.input(0)).quantization().scales().isEmpty();
    }

    Difference max(Difference other) {
        return new Difference(steps && other.steps, Math.max(largest, other.largest));
    }

    private static double[] elements(TensorType type, byte[] data) {
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        int width = switch (type) {
            case FLOAT32, INT32 -> 4;
            case INT64 -> 8;
            case INT16 -> 2;
            case INT8, UINT8, BOOL -> 1;
            default -> throw new IllegalArgumentException("unexpected type " + type);
        };
        double[] values = new double[data.length / width];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case FLOAT32 -> buffer.getFloat(4 * i);
                case INT32 -> buffer.getInt(4 * i);
                case INT64 -> buffer.getLong(8 * i);
                case INT16 -> buffer.getShort(2 * i);
                case INT8 -> data[i];
                default -> Byte.toUnsignedInt(data[i]);
            };
        }
        return values;
    }
}
