package dev.lithe.cases;

import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compares answers with those of TensorFlow.
final class Answers {
    private Answers() {}

    /// What is wrong; null where nothing is.
    ///
    /// @param bound of the range of an output in mode float
    static @Nullable String difference(OperatorCase one, Map<String, Tensor> outputs, double bound) {
        Map<String, Tensor> wanted = one.outputs();
        Map<String, Tensor> peer = one.isFloat() ? Map.of() : one.peerOutputs();
        if (outputs.size() != wanted.size()) {
            return "outputs " + outputs.keySet() + " instead of " + wanted.keySet();
        }
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            String key = OperatorCase.key(output.getKey());
            String difference = one.isRandom()
                    ? Distributions.difference(one, output.getValue(), wanted.get(key))
                    : difference(one, output.getValue(), wanted.get(key), peer.get(key), bound);
            if (difference != null) {
                return output.getKey() + ": " + difference;
            }
        }
        return null;
    }

    private static @Nullable String difference(
            OperatorCase one, Tensor actual, @Nullable Tensor wanted, @Nullable Tensor peer, double bound) {
        String form = form(actual, wanted);
        if (form != null || wanted == null) {
            return form;
        }
        if (wanted.type() == TensorType.STRING) {
            return Arrays.deepEquals(actual.strings(), wanted.strings()) ? null : "other strings";
        }
        double[] is = numbers(actual);
        double[] ought = numbers(wanted);
        double range = range(ought);
        double farthest = farthest(is, ought);
        double allowed = one.isFloat() ? bound * range : Math.max(resolution(one) * range, farthest(peer, ought));
        // Where both have the same integers their scales may still differ in the last bit.
        return farthest <= Math.max(allowed * (1 + 1e-5), 1e-30)
                ? null
                : String.format(
                        Locale.ROOT,
                        "off by %.2g of the range, %.2g is allowed",
                        farthest / Math.max(range, 1e-30),
                        allowed / Math.max(range, 1e-30));
    }

    /// How far TensorFlow's own file is from TensorFlow in mode float, of the range; 0 where it does not run.
    static double peerDistance(OperatorCase one) {
        Map<String, Tensor> wanted = one.outputs();
        double farthest = 0;
        for (Map.Entry<String, Tensor> output : one.peerOutputs().entrySet()) {
            Tensor ought = wanted.get(output.getKey());
            if (ought != null && form(output.getValue(), ought) == null) {
                double[] numbers = numbers(ought);
                farthest = Math.max(farthest, farthest(output.getValue(), numbers) / Math.max(range(numbers), 1e-30));
            }
        }
        return farthest;
    }

    static @Nullable String form(Tensor actual, @Nullable Tensor wanted) {
        if (wanted == null) {
            return "TensorFlow has no such output";
        }
        if (!actual.shape().equals(wanted.shape())) {
            return "shape " + actual.shape() + " instead of " + wanted.shape();
        }
        return actual.type() == wanted.type() ? null : actual.type() + " instead of " + wanted.type();
    }

    /// What one step of a quantized output is of its range, at least: 8 bits also where only weights have them.
    private static double resolution(OperatorCase one) {
        return one.mode().equals("int16x8") ? 1.0 / 32767 : 1.0 / 255;
    }

    private static double farthest(@Nullable Tensor peer, double[] ought) {
        return peer == null ? 0 : farthest(numbers(peer), ought);
    }

    private static double farthest(double[] is, double[] ought) {
        double farthest = 0;
        for (int i = 0; i < ought.length; i++) {
            if (is[i] != ought[i] && !(Double.isNaN(is[i]) && Double.isNaN(ought[i]))) {
                double distance = Math.abs(is[i] - ought[i]);
                farthest = Math.max(farthest, Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance);
            }
        }
        return farthest;
    }

    /// From the smallest to the largest element; the size of the elements where they are all the same.
    private static double range(double[] values) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        double high = Arrays.stream(finite).max().orElse(0);
        double low = Arrays.stream(finite).min().orElse(0);
        return high > low ? high - low : Math.abs(high);
    }

    static double[] numbers(Tensor tensor) {
        return switch (tensor.array()) {
            case float[] floats
            when tensor.type() == TensorType.COMPLEX64 -> {
                double[] parts = new double[floats.length];
                Arrays.setAll(parts, i -> floats[i]);
                yield parts;
            }
            case double[] doubles -> doubles;
            default -> tensor.toDoubles();
        };
    }
}
