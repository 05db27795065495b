package dev.lithe.cases;

import dev.lithe.graph.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Compares random numbers: in shape, in bounds, and in their mean, which lies within six of its own standard
/// deviations (of a kind that one run in five hundred million leaves).
final class Distributions {
    private static final double DEVIATIONS = 6;

    private Distributions() {}

    static @Nullable String difference(OperatorCase one, Tensor actual, @Nullable Tensor wanted) {
        String form = Answers.form(actual, wanted);
        if (form != null || wanted == null) {
            return form;
        }
        double[] values = actual.toDoubles();
        return switch (one.operator()) {
            case "random_uniform" -> bounded(values, 0, Math.nextDown(1.0f), 0.5, Math.sqrt(1.0 / 12));
            case "random_standard_normal" -> bounded(values, -8, 8, 0, 1);
            // Classes are as likely as their logits say, and these differ: only which there are is known.
            default -> bounded(values, 0, classes(one) - 1, Double.NaN, Double.NaN);
        };
    }

    private static int classes(OperatorCase one) {
        return dev.lithe.datasets.Npz.read(one.folder().resolve("inputs.npz")).values().stream()
                .filter(input -> input.shape().rank() == 2)
                .mapToInt(input -> input.shape().dimension(1))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable String bounded(double[] values, double low, double high, double mean, double deviation) {
        for (double value : values) {
            if (!(value >= low && value <= high)) {
                return value + " is not between " + low + " and " + high;
            }
        }
        double actual = Arrays.stream(values).average().orElse(mean);
        boolean off = Math.abs(actual - mean) > DEVIATIONS * deviation / Math.sqrt(Math.max(values.length, 1));
        return off ? "a mean of " + actual + " instead of " + mean : null;
    }
}
