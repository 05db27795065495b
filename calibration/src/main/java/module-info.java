/// Runs a float model over a dataset and records the ranges of its activations.
@org.jspecify.annotations.NullMarked
module dev.lithe.calibration {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.datasets;
    requires transitive dev.lithe.runtime;
    requires tools.jackson.core;

    exports dev.lithe.calibration;
}
