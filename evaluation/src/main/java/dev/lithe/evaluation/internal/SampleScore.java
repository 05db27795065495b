package dev.lithe.evaluation.internal;

/// What one sample adds to the result.
///
/// @param labelled whether the metric could be measured
/// @param hits examples that were right, or the sum of errors
/// @param count examples, or elements
/// @param agreed examples on which both models agree
/// @param compared examples that were compared
/// @param signal the sum of the reference's squares
/// @param noise the sum of the squared differences
public record SampleScore(
        boolean labelled, double hits, long count, long agreed, long compared, double signal, double noise) {}
