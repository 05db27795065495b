package dev.lithe.calibration;

import dev.lithe.graph.CalibrationTable;
import java.util.List;

/// What came of a calibration.
///
/// @param samples how many samples the model ran on
/// @param warnings what the user should know, such as data that are too few
public record Calibration(CalibrationTable table, long samples, List<String> warnings) {
    public Calibration {
        warnings = List.copyOf(warnings);
    }
}
