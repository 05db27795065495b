package dev.lithe.evaluation;

import dev.lithe.datasets.ProgressListener;
import dev.lithe.graph.Model;
import dev.lithe.runtime.Kernels;
import org.jspecify.annotations.Nullable;

/// How a model is evaluated.
///
/// @param against a model to compare with, usually the float one; null for none
/// @param signature the entry point to evaluate; null for all that the data are for
/// @param output the output that is measured; null for the only one
/// @param threads how many samples run at a time; the result does not depend on it
/// @param kernels with what the models are run
public record EvaluationOptions(
        Metric metric,
        @Nullable Model against,
        @Nullable String signature,
        @Nullable String output,
        int threads,
        Kernels kernels,
        ProgressListener progress) {
    public EvaluationOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
    }

    /// `metric` alone, on one thread.
    public static EvaluationOptions of(Metric metric) {
        return new EvaluationOptions(metric, null, null, null, 1, Kernels.AUTO, ProgressListener.NONE);
    }

    public EvaluationOptions withAgainst(@Nullable Model other) {
        return new EvaluationOptions(metric, other, signature, output, threads, kernels, progress);
    }

    public EvaluationOptions withSignature(@Nullable String key) {
        return new EvaluationOptions(metric, against, key, output, threads, kernels, progress);
    }

    public EvaluationOptions withOutput(@Nullable String name) {
        return new EvaluationOptions(metric, against, signature, name, threads, kernels, progress);
    }

    public EvaluationOptions withThreads(int count) {
        return new EvaluationOptions(metric, against, signature, output, count, kernels, progress);
    }

    public EvaluationOptions withKernels(Kernels choice) {
        return new EvaluationOptions(metric, against, signature, output, threads, choice, progress);
    }

    public EvaluationOptions withProgress(ProgressListener listener) {
        return new EvaluationOptions(metric, against, signature, output, threads, kernels, listener);
    }
}
