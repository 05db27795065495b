package dev.lithe.evaluation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What came of an evaluation.
///
/// @param value of the metric; nothing where the data have no labels to measure it by
/// @param samples how many samples the model ran on
/// @param against how it compares with another model; nothing where there was none
/// @param warnings what the user should know about the data
public record Evaluation(
        Metric metric, OptionalDouble value, long samples, Optional<Comparison> against, List<String> warnings) {
    public Evaluation {
        warnings = List.copyOf(warnings);
    }

    /// How close a model's outputs come to another's, the reference.
    ///
    /// @param agreement the share of examples for which both have their largest output at the same class, 0 to 1;
    ///     nothing for metrics that know no classes
    /// @param sqnrDb signal to quantization noise over all elements of the compared outputs, `10 log10(Σ
    ///     reference² / Σ (reference − output)²)`: infinite where they are equal, nothing where the reference is
    ///     0 throughout
    public record Comparison(OptionalDouble agreement, OptionalDouble sqnrDb) {}
}
