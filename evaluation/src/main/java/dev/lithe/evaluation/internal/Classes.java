package dev.lithe.evaluation.internal;

import dev.lithe.datasets.Sample;
import dev.lithe.evaluation.Metric;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Tensor;

/// An output as rows of class scores: its last axis are the classes. Scores are compared as stored, which keeps
/// their order.
///
/// @param classes how many there are
record Classes(Tensor scores, int rows, int classes) {
    static Classes of(Sample sample, Metric metric, Tensor output) {
        int rank = output.shape().rank();
        int classes = rank == 0 ? 1 : output.shape().dimension(rank - 1);
        if (classes < 2) {
            throw EvaluationErrors.unsuited(
                    sample.location(),
                    metric.word() + " needs an output of at least two classes on its last axis, this one has shape "
                            + output.shape(),
                    "measure it with mse or mae.");
        }
        return new Classes(finite(sample, output), output.elementCount() / classes, classes);
    }

    /// @throws DatasetException where an element is NaN or infinite: no measure means anything then
    static Tensor finite(Sample sample, Tensor output) {
        for (int i = 0; i < output.elementCount(); i++) {
            if (!Double.isFinite(output.elementAsDouble(i))) {
                throw EvaluationErrors.unsuited(
                        sample.location(),
                        "the model answers with " + output.elementAsDouble(i),
                        "leave that sample out, or correct the model.");
            }
        }
        return output;
    }

    /// How many classes of a row come before class `label`: larger scores, and equal ones of a lower number.
    int rank(int row, int label) {
        int start = row * classes;
        double score = scores.elementAsDouble(start + label);
        int rank = 0;
        for (int c = 0; c < classes; c++) {
            double other = scores.elementAsDouble(start + c);
            rank += other > score || (other == score && c < label) ? 1 : 0;
        }
        return rank;
    }

    /// The class with the largest score, the first of several.
    private int best(int row) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (scores.elementAsDouble(row * classes + c) > scores.elementAsDouble(row * classes + best)) {
                best = c;
            }
        }
        return best;
    }

    long agreement(Classes other) {
        long agreed = 0;
        for (int row = 0; row < rows; row++) {
            agreed += best(row) == other.best(row) ? 1 : 0;
        }
        return agreed;
    }

    /// One class number a row.
    int[] labels(Sample sample, Tensor label) {
        if (label.elementCount() != rows) {
            boolean oneHot = label.elementCount() == (long) rows * classes;
            throw EvaluationErrors.unsuited(
                    sample.location(),
                    "there are " + label.elementCount() + " labels for " + rows + " examples",
                    oneHot
                            ? "labels are class numbers: turn one-hot rows into them with labels.argmax(-1)."
                            : "give one class number per example.");
        }
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            double value = label.elementAsDouble(i);
            labels[i] = (int) value;
            if (value != labels[i] || value < 0 || value >= classes) {
                throw EvaluationErrors.unsuited(
                        sample.location(),
                        "label " + value + " is no class from 0 to " + (classes - 1),
                        "number the classes as the model does, from 0.");
            }
        }
        return labels;
    }
}
