package dev.lithe.cli.internal;

import dev.lithe.datasets.DataSource;
import dev.lithe.quantizer.QuantizationMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options of `convert` that say where the ranges of activations come from.
final class CalibrateArguments {
    @Option(
            names = "--calibration",
            paramLabel = "DATA",
            description = "The representative dataset (100 to 500 samples are advised): " + DataArguments.DATA + ".")
    @Nullable
    String data;

    @Option(names = "--calibration-samples", paramLabel = "N", description = "Use the first N samples (default: 500).")
    @Nullable
    Long samples;

    @Option(
            names = "--ranges",
            paramLabel = "RANGES.json",
            description = "Ranges from `lithe calibrate`, or a map of tensor names to [min, max], instead of DATA.")
    @Nullable
    Path ranges;

    /// @throws UsageException where the options do not go together, or one is missing
    ///
    /// @param mayState whether the model may turn out to state its ranges itself
    void check(QuantizationMode mode, DataArguments reading, boolean mayState) {
        if (data != null && ranges != null) {
            throw UsageException.conflict(
                    "--calibration and --ranges both say where the ranges come from", "give one of them.");
        }
        // An ONNX model may state its ranges itself, which shows when it is read; other kinds hardly ever do.
        if (!mayState) {
            requireRanges(mode);
        }
        String given = samples != null ? "--calibration-samples" : reading.given();
        if (data == null && given != null) {
            throw UsageException.conflict(
                    given + " has no effect without --calibration", "give DATA, or leave it out.");
        }
        if (data != null) {
            source(reading);
        }
        if (samples() < 1) {
            throw UsageException.value("--calibration-samples " + samples + " is none", "give a number of at least 1.");
        }
    }

    /// @throws UsageException where `mode` needs ranges and none are given
    void requireRanges(QuantizationMode mode) {
        if (mode.needsRanges() && data == null && ranges == null) {
            throw UsageException.missing(
                    "--quantize " + mode.word() + " needs --calibration DATA (or --ranges FILE)",
                    "give 100 to 500 real samples; --calibration random measures size and latency only.");
        }
    }

    long samples() {
        return samples == null ? 500 : samples;
    }

    DataSource source(DataArguments reading) {
        if (data == null) {
            throw new IllegalStateException("there is no --calibration");
        }
        return reading.source(data);
    }
}
