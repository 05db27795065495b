package dev.lithe.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The ranges of a model's activations. `modelDigest` tells which model they belong to (empty where unknown, as for
/// ranges that a user wrote).
public record CalibrationTable(String modelDigest, Map<TensorKey, TensorStatistics> byTensor) {
    public static final CalibrationTable EMPTY = new CalibrationTable("", Map.of());

    public CalibrationTable {
        byTensor = Collections.unmodifiableMap(new LinkedHashMap<>(byTensor));
    }

    public Optional<TensorStatistics> get(TensorKey key) {
        return Optional.ofNullable(byTensor.get(key));
    }

    /// Both tables' ranges joined.
    ///
    /// @throws DatasetException where the two belong to different models
    public CalibrationTable merge(CalibrationTable other) {
        if (!modelDigest.isEmpty() && !other.modelDigest.isEmpty() && !modelDigest.equals(other.modelDigest)) {
            throw new DatasetException(
                    "LQ0510",
                    Location.NOWHERE,
                    "the two range tables belong to different models (" + modelDigest + " and " + other.modelDigest
                            + ")",
                    "merge only ranges that were calibrated on the same model file.");
        }
        Map<TensorKey, TensorStatistics> merged = new LinkedHashMap<>(byTensor);
        other.byTensor.forEach((key, statistics) -> merged.merge(key, statistics, TensorStatistics::merge));
        return new CalibrationTable(modelDigest.isEmpty() ? other.modelDigest : modelDigest, merged);
    }
}
