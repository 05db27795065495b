package dev.lithe.calibration;

import dev.lithe.calibration.internal.ModelDigest;
import dev.lithe.calibration.internal.RangeRecorder;
import dev.lithe.calibration.internal.SampleRunner;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Sample;
import dev.lithe.datasets.SampleWork;
import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.runtime.CompiledModel;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Records the smallest and largest value of every activation of a float model over a dataset.
///
/// Every FLOAT32 tensor that is no constant is looked at in its own memory as soon as its operator has run, in
/// all subgraphs that samples reach. (TensorFlow's calibrator reads inputs after operators that write in place
/// and so records some ranges too wide.) Minima and maxima are exact and do not depend on the order of samples
/// nor on the number of threads.
public final class Calibrator {
    private static final int ADVISED_SAMPLES = 100;

    private Calibrator() {}

    /// Runs `model` over `dataset`, which must be bound to it.
    ///
    /// @throws DatasetException where there are no samples (LQ0505) or values are NaN or infinite, in the data
    ///     (LQ0507) or in what the model makes of them (LQ0509)
    public static Calibration calibrate(Model model, Dataset dataset, CalibrationOptions options) {
        Set<TensorId> observed = activations(model);
        CompiledModel compiled = Runtime.compile(
                model, PlanOptions.DEFAULT.kernels(options.kernels()).observe(observed));
        Dataset used = dataset.limit(options.maxSamples());
        List<RangeRecorder> recorders = new ArrayList<>();
        long[] samples = {0};
        SampleWork<SampleRunner, Sample, String> work = new SampleWork<>(
                () -> {
                    RangeRecorder recorder = new RangeRecorder(model, observed);
                    recorders.add(recorder);
                    return new SampleRunner(compiled, recorder, options.keepState());
                },
                SampleRunner::run);
        int threads = options.keepState() ? 1 : options.threads();
        work.run(used.samples(), used.size(), threads, options.progress(), location -> samples[0]++);
        if (samples[0] == 0) {
            throw new DatasetException(
                    "LQ0505",
                    Location.file(model.source()),
                    "there are no samples to calibrate it with",
                    "give at least one sample; 100 to 500 are advised.");
        }
        CalibrationTable table = new CalibrationTable(ModelDigest.of(model), merged(model, recorders));
        return new Calibration(table, samples[0], warnings(used, samples[0]));
    }

    /// The tensors whose ranges are recorded.
    private static Set<TensorId> activations(Model model) {
        Set<TensorId> activations = new LinkedHashSet<>();
        model.subgraphs()
                .forEach(subgraph -> subgraph.tensors().values().stream()
                        .filter(spec -> spec.type() == TensorType.FLOAT32 && !spec.isConstant())
                        .map(TensorSpec::id)
                        .forEach(activations::add));
        return activations;
    }

    private static Map<TensorKey, TensorStatistics> merged(Model model, List<RangeRecorder> recorders) {
        Map<TensorKey, TensorStatistics> merged = new LinkedHashMap<>();
        TensorKey.of(model)
                .forEach((id, key) -> recorders.forEach(recorder -> recorder.statistics(id)
                        .ifPresent(statistics -> merged.merge(key, statistics, TensorStatistics::merge))));
        return merged;
    }

    private static List<String> warnings(Dataset dataset, long samples) {
        List<String> warnings = new ArrayList<>(dataset.warnings());
        if (samples < ADVISED_SAMPLES) {
            warnings.add("calibrated on " + samples + (samples == 1 ? " sample" : " samples")
                    + ": ranges from few samples may be too narrow; 100 to 500 are advised");
        }
        return warnings;
    }
}
