package dev.lithe.calibration;

import dev.lithe.calibration.internal.RangeNames;
import dev.lithe.calibration.internal.RangesJson;
import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.Offender;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Ranges by tensor name, as files hold them:
///
///     {"format":"lithe-ranges/1","model":"sha256:…","tensors":{"NAME":{"min":-1.0,"max":2.0,"samples":200}}}
///
/// A plain map from name to `[min, max]` is read too. Where several tensors of a model have the same name, the
/// first is called `NAME` and the next ones `NAME#1`, `NAME#2`, …, in the order of the model.
///
/// @param source names the file in messages
/// @param modelDigest tells which model the ranges belong to; empty where the file does not say it
public record RangesFile(String source, String modelDigest, Map<String, TensorStatistics> byName) {
    public RangesFile {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /// The ranges in `table`, which are those of `model`.
    public static RangesFile of(CalibrationTable table, Model model) {
        Map<String, TensorStatistics> byName = new LinkedHashMap<>();
        RangeNames.of(model)
                .forEach((name, key) -> table.get(key).ifPresent(statistics -> byName.put(name, statistics)));
        return new RangesFile(model.source(), table.modelDigest(), byName);
    }

    /// Reads a file.
    ///
    /// @throws DatasetException where it is missing (LQ0501), is no such JSON (LQ0511), or listing every range
    ///     that is upside down, NaN or infinite (LQ0512)
    public static RangesFile read(Path path) {
        return RangesJson.read(path);
    }

    /// The content of the file that says this.
    public String toJson() {
        return RangesJson.write(this);
    }

    /// Both files' ranges joined.
    ///
    /// @throws DatasetException where the two belong to different models (LQ0510)
    public RangesFile merge(RangesFile other) {
        CalibrationTable merged = anonymous().merge(other.anonymous());
        Map<String, TensorStatistics> names = new LinkedHashMap<>();
        merged.byTensor().forEach((key, statistics) -> names.put(key.name(), statistics));
        return new RangesFile(source + " and " + other.source, merged.modelDigest(), names);
    }

    private CalibrationTable anonymous() {
        Map<TensorKey, TensorStatistics> byKey = new LinkedHashMap<>();
        byName.forEach((name, statistics) -> byKey.put(new TensorKey(0, name, 0), statistics));
        return new CalibrationTable(modelDigest, byKey);
    }

    /// The ranges as those of the tensors of `model`. The model need not be the one that they were recorded from:
    /// its tensors only have to have their names.
    ///
    /// @param required tensors that must have a range
    /// @throws DatasetException listing every name that the model does not have and every required tensor without
    ///     a range (LQ0512)
    public CalibrationTable toTable(Model model, Set<TensorKey> required) {
        Map<String, TensorKey> keys = RangeNames.of(model);
        Map<TensorKey, TensorStatistics> byTensor = new LinkedHashMap<>();
        List<Offender> offenders = new ArrayList<>();
        byName.forEach((name, statistics) -> {
            TensorKey key = keys.get(name);
            if (key == null) {
                offenders.add(new Offender(Location.NOWHERE, "there is no tensor '" + name + "' in the model"));
            } else {
                byTensor.put(key, statistics);
            }
        });
        keys.forEach((name, key) -> {
            if (required.contains(key) && !byTensor.containsKey(key)) {
                offenders.add(new Offender(Location.NOWHERE, "tensor '" + name + "' has no range"));
            }
        });
        if (!offenders.isEmpty()) {
            throw new DatasetException(
                    "LQ0512",
                    source + ": the ranges do not fit " + model.source(),
                    "calibrate this model, or name its own tensors; `inspect` lists them.",
                    offenders);
        }
        return new CalibrationTable(modelDigest, byTensor);
    }
}
