package dev.lithe.evaluation;

import dev.lithe.graph.DatasetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is measured on labelled data. Labels are class numbers for the first two, values of the output's shape
/// for the others; outputs are dequantized.
public enum Metric {
    /// The share of examples whose largest output stands at the label, 0 to 1. Among equals the first counts.
    TOP1,
    /// The share of examples whose label is among the five largest outputs, 0 to 1.
    TOP5,
    /// The mean squared error over all output elements.
    MSE,
    /// The mean absolute error over all output elements.
    MAE;

    /// Whether it counts classes; the others measure distances.
    public boolean isClassification() {
        return this == TOP1 || this == TOP5;
    }

    /// What users call it: `top1`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// @throws DatasetException where there is no such metric (LQ0516), listing those that there are
    public static Metric parse(String word) {
        return Arrays.stream(values())
                .filter(metric -> metric.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new DatasetException(
                        "LQ0516",
                        "there is no metric '" + word + "'",
                        "choose one of "
                                + Arrays.stream(values()).map(Metric::word).collect(Collectors.joining(", ")) + ".",
                        List.of()));
    }
}
