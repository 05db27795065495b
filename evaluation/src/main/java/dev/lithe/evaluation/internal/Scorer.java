package dev.lithe.evaluation.internal;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.datasets.Sample;
import dev.lithe.evaluation.Metric;
import dev.lithe.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Measures the outputs of one sample.
///
/// @param output the output that is measured; null for the only one
/// @param compares whether there is another model
public record Scorer(Metric metric, @Nullable String output, boolean compares) {

    /// @param reference the other model's outputs; null where there is none
    public SampleScore score(Sample sample, Map<String, Tensor> outputs, @Nullable Map<String, Tensor> reference) {
        Tensor measured = chosen(sample, outputs);
        Tensor counterpart = reference == null ? null : counterpart(sample, outputs, reference);
        Tensor label = sample.label();
        if (label == null && counterpart == null) {
            throw EvaluationErrors.noLabels(sample.location());
        }
        double[] errors = {0, 0};
        boolean labelled = true;
        if (metric.isClassification()) {
            labelled = label != null;
            if (label != null) {
                errors = hits(sample, measured, label);
            }
        } else {
            errors = distances(sample, measured, label == null ? Objects.requireNonNull(counterpart) : label);
        }
        return withComparison(sample, outputs, reference, measured, counterpart, labelled, errors);
    }

    private SampleScore withComparison(
            Sample sample,
            Map<String, Tensor> outputs,
            @Nullable Map<String, Tensor> reference,
            Tensor measured,
            @Nullable Tensor counterpart,
            boolean labelled,
            double[] errors) {
        long agreed = 0;
        long compared = 0;
        double signal = 0;
        double noise = 0;
        if (reference != null && counterpart != null) {
            if (metric.isClassification()) {
                Classes ours = Classes.of(sample, metric, measured);
                Classes theirs = Classes.of(sample, metric, counterpart);
                compared = ours.rows();
                agreed = ours.agreement(theirs);
            }
            for (String name : output == null ? List.copyOf(outputs.keySet()) : List.of(output)) {
                Tensor ours = real(sample, Objects.requireNonNull(outputs.get(name)));
                Tensor theirs = real(sample, counterpart(sample, name, outputs, reference));
                for (int i = 0; i < ours.elementCount(); i++) {
                    double difference = (double) theirs.floats()[i] - ours.floats()[i];
                    signal += (double) theirs.floats()[i] * theirs.floats()[i];
                    noise += difference * difference;
                }
            }
        }
        return new SampleScore(labelled, errors[0], (long) errors[1], agreed, compared, signal, noise);
    }

    private Tensor chosen(Sample sample, Map<String, Tensor> outputs) {
        return Objects.requireNonNull(outputs.get(chosenName(sample, outputs)));
    }

    private String chosenName(Sample sample, Map<String, Tensor> outputs) {
        if (output != null && outputs.containsKey(output)) {
            return output;
        }
        if (output == null && outputs.size() == 1) {
            return outputs.keySet().iterator().next();
        }
        throw EvaluationErrors.unsuited(
                sample.location(),
                output == null
                        ? "the model has " + outputs.size() + " outputs"
                        : "the model has no output '" + output + "'",
                "choose one output to measure, of " + outputs.keySet() + ".");
    }

    private Tensor counterpart(Sample sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
        return counterpart(sample, chosenName(sample, outputs), outputs, reference);
    }

    /// The other model's output of the same name; where the two call their outputs differently, the one in its
    /// place.
    private static Tensor counterpart(
            Sample sample, String name, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
        Tensor ours = Objects.requireNonNull(outputs.get(name));
        Tensor theirs = null;
        if (reference.keySet().equals(outputs.keySet())) {
            theirs = reference.get(name);
        } else if (reference.size() == outputs.size()) {
            List<String> names = new ArrayList<>(outputs.keySet());
            theirs = reference.get(List.copyOf(reference.keySet()).get(names.indexOf(name)));
        }
        if (theirs == null || !theirs.shape().equals(ours.shape())) {
            throw EvaluationErrors.unsuited(
                    sample.location(),
                    "output '" + name + "' " + ours.shape() + " has no counterpart in the other model, which gives "
                            + reference,
                    "compare with a model of the same outputs.");
        }
        return theirs;
    }

    /// Examples that are right, and all examples.
    private double[] hits(Sample sample, Tensor measured, Tensor label) {
        Classes classes = Classes.of(sample, metric, measured);
        int[] labels = classes.labels(sample, label);
        double right = 0;
        for (int row = 0; row < labels.length; row++) {
            right += classes.rank(row, labels[row]) < (metric == Metric.TOP1 ? 1 : 5) ? 1 : 0;
        }
        return new double[] {right, labels.length};
    }

    /// The sum of errors, and how many there are.
    private double[] distances(Sample sample, Tensor measured, Tensor target) {
        Tensor ours = real(sample, measured);
        Tensor theirs = real(sample, target);
        if (ours.elementCount() != theirs.elementCount()) {
            throw EvaluationErrors.unsuited(
                    sample.location(),
                    "there are " + theirs.elementCount() + " target values for an output of " + ours.elementCount(),
                    "give 'labels' of the output's shape.");
        }
        double sum = 0;
        for (int i = 0; i < ours.elementCount(); i++) {
            double difference = (double) ours.floats()[i] - theirs.floats()[i];
            sum += metric == Metric.MSE ? difference * difference : Math.abs(difference);
        }
        return new double[] {sum, ours.elementCount()};
    }

    private static Tensor real(Sample sample, Tensor tensor) {
        try {
            return Classes.finite(sample, EdgeQuantization.toFloat(tensor));
        } catch (IllegalArgumentException e) {
            throw EvaluationErrors.unsuited(
                    sample.location(),
                    "an output of type " + tensor.type() + " has no real values",
                    "choose another output.");
        }
    }
}
