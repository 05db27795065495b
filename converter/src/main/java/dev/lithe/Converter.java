package dev.lithe;

import dev.lithe.calibration.Calibration;
import dev.lithe.calibration.CalibrationOptions;
import dev.lithe.calibration.Calibrator;
import dev.lithe.calibration.RangesFile;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.internal.Descriptions;
import dev.lithe.internal.Exclusions;
import dev.lithe.internal.Ranges;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Quantizer;
import dev.lithe.quantizer.Recipe;
import dev.lithe.quantizer.StatedRanges;
import dev.lithe.transforms.Finish;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Converts a model: quantizes it as asked and describes in its metadata what was done. Immutable: each method
/// gives a changed copy.
///
///     Converted small = Converter.of(Models.open(Path.of("saved_model")))
///             .quantize(Quantization.int8().integerOnly())
///             .calibrate(Dataset.npz(Path.of("samples.npz")))
///             .convert();
///     small.write(Path.of("model.tflite"));
public final class Converter {
    private final Model model;
    private final Quantization quantization;
    private final @Nullable DataSource data;
    private final @Nullable RangesFile ranges;
    private final CalibrationOptions options;

    private Converter(
            Model model,
            Quantization quantization,
            @Nullable DataSource data,
            @Nullable RangesFile ranges,
            CalibrationOptions options) {
        this.model = model;
        this.quantization = quantization;
        this.data = data;
        this.ranges = ranges;
        this.options = options;
    }

    /// Converts `model`; without further word its numbers stay as they are.
    public static Converter of(Model model) {
        return new Converter(model, Quantization.none(), null, null, CalibrationOptions.DEFAULT);
    }

    public Converter quantize(Quantization choice) {
        return new Converter(model, choice, data, ranges, options);
    }

    /// Runs the model on these data to find the ranges of its activations; replaces ranges given before. Modes
    /// that need no ranges leave the data alone, and say so in a warning.
    public Converter calibrate(DataSource representativeDataset) {
        return new Converter(model, quantization, representativeDataset, null, options);
    }

    /// How to calibrate: the number of samples, threads, progress.
    public Converter calibration(CalibrationOptions choice) {
        return new Converter(model, quantization, data, ranges, choice);
    }

    /// Takes the ranges of activations from a file that `lithe calibrate` wrote, or a plain map from tensor
    /// name to [min, max]; replaces data given before.
    ///
    /// @throws dev.lithe.graph.DatasetException where the file is missing or is something else (LQ05xx)
    public Converter ranges(Path file) {
        return ranges(RangesFile.read(file));
    }

    /// Takes the ranges of activations by tensor name; replaces data given before.
    public Converter ranges(RangesFile byName) {
        return new Converter(model, quantization, null, byName, options);
    }

    /// Does the work. A model that was trained with fake quantization, or comes with pairs of QUANTIZE and
    /// DEQUANTIZE around its activations, keeps the ranges that these state; it needs no data, and what has no
    /// such range stays in float without them.
    ///
    /// @throws QuantizationException where the choices contradict each other or the model cannot be quantized
    ///     as asked; all operators that stand in the way are listed (LQ04xx)
    /// @throws dev.lithe.graph.DatasetException where the data do not fit the model; everything that does not
    ///     fit is listed (LQ05xx)
    public Converted convert() {
        Recipe recipe = quantization.recipe();
        boolean needsRanges = recipe.mode().needsRanges();
        StatedRanges stated = needsRanges ? StatedRanges.of(model) : StatedRanges.none(model);
        boolean measured = data != null || ranges != null;
        boolean partial = needsRanges && !stated.isEmpty() && !measured && !recipe.integerOnly();
        Recipe able = partial ? stated.within(recipe) : recipe;
        // Looks at the recipe and the operators before the long work starts.
        Set<TensorKey> required = Quantizer.requires(stated.model(), able);
        Ranges found = needsRanges ? findRanges(recipe, stated, required) : Ranges.NONE;
        QuantizationPlan plan = Quantizer.plan(stated.model(), able, found.table());
        Model converted =
                Descriptions.describe(model, new Finish().apply(Quantizer.apply(plan)), recipe, found.digest());
        List<String> warnings = new ArrayList<>(found.warnings());
        warnings.addAll(unusedData(recipe));
        warnings.addAll(plan.warnings());
        warnings.addAll(Exclusions.withoutEffect(model, recipe));
        return new Converted(
                converted, recipe.mode(), List.copyOf(plan.decisions().values()), warnings);
    }

    private Ranges findRanges(Recipe recipe, StatedRanges stated, Set<TensorKey> required) {
        if (data == null && ranges == null && stated.isEmpty()) {
            throw new QuantizationException(
                    "LQ0404",
                    Location.file(model.source()),
                    recipe.mode().word() + " needs the ranges of activations, and there are neither data nor ranges",
                    "give a representative dataset of 100 to 500 samples, or ranges.");
        }
        if (stated.isEmpty()) {
            return measuredRanges(model, required);
        }
        Set<TensorKey> open = new LinkedHashSet<>(required);
        open.removeAll(stated.table().byTensor().keySet());
        boolean measure = (data != null || ranges != null) && !open.isEmpty();
        Ranges measured = measure ? measuredRanges(stated.model(), open) : Ranges.NONE;
        Map<TensorKey, TensorStatistics> all =
                new LinkedHashMap<>(measured.table().byTensor());
        all.putAll(stated.table().byTensor());
        Ranges joined = Ranges.given(new CalibrationTable("", all));
        return new Ranges(joined.table(), joined.digest(), measured.warnings());
    }

    private Ranges measuredRanges(Model floats, Set<TensorKey> required) {
        if (ranges != null) {
            return Ranges.given(ranges.toTable(floats, required));
        }
        Dataset dataset = Objects.requireNonNull(data).bind(floats);
        Calibration calibration = Calibrator.calibrate(floats, dataset, options);
        String digest = dataset.limit(options.maxSamples()).digest();
        return new Ranges(calibration.table(), digest, calibration.warnings());
    }

    private List<String> unusedData(Recipe recipe) {
        boolean unused = !recipe.mode().needsRanges() && (data != null || ranges != null);
        return unused
                ? List.of("the mode " + recipe.mode().word() + " needs no ranges of activations, so the "
                        + (data != null ? "representative dataset" : "ranges") + " had no effect")
                : List.of();
    }
}
