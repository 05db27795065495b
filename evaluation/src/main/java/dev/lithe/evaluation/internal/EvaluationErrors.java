package dev.lithe.evaluation.internal;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;

/// The errors of evaluations: LQ0518 no labels, LQ0519 labels or outputs that do not suit the metric or each
/// other.
public final class EvaluationErrors {
    private EvaluationErrors() {}

    public static DatasetException noSamples(String source) {
        return new DatasetException(
                "LQ0505", Location.file(source), "there are no samples to evaluate it on", "give at least one sample.");
    }

    static DatasetException noLabels(String location) {
        return new DatasetException(
                "LQ0518",
                Location.file(location),
                "the sample has no label",
                "give an array 'labels', a folder of files per class, or another model with --against.");
    }

    static DatasetException unsuited(String location, String what, String fix) {
        return new DatasetException("LQ0519", Location.file(location), what, fix);
    }
}
