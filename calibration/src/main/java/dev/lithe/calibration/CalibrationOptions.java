package dev.lithe.calibration;

import dev.lithe.datasets.ProgressListener;
import dev.lithe.runtime.Kernels;

/// How a model is calibrated.
///
/// @param maxSamples the first this many samples are used, of each signature
/// @param threads how many samples run at a time; the result does not depend on it. Samples that continue one
///     another (`keepState`) run one after the other
/// @param keepState variables keep their values from sample to sample, as TensorFlow's calibrator has it;
///     otherwise every sample starts anew
/// @param kernels with what the model is run
public record CalibrationOptions(
        long maxSamples, int threads, boolean keepState, Kernels kernels, ProgressListener progress) {
    /// The first 500 samples, one thread, every sample on its own.
    public static final CalibrationOptions DEFAULT =
            new CalibrationOptions(500, 1, false, Kernels.AUTO, ProgressListener.NONE);

    public CalibrationOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
    }

    public CalibrationOptions withMaxSamples(long most) {
        return new CalibrationOptions(most, threads, keepState, kernels, progress);
    }

    public CalibrationOptions withThreads(int count) {
        return new CalibrationOptions(maxSamples, count, keepState, kernels, progress);
    }

    public CalibrationOptions withKeepState(boolean keep) {
        return new CalibrationOptions(maxSamples, threads, keep, kernels, progress);
    }

    public CalibrationOptions withKernels(Kernels choice) {
        return new CalibrationOptions(maxSamples, threads, keepState, choice, progress);
    }

    public CalibrationOptions withProgress(ProgressListener listener) {
        return new CalibrationOptions(maxSamples, threads, keepState, kernels, listener);
    }
}
