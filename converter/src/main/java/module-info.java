/// The facade that users program against: open a model, convert it, write it.
@org.jspecify.annotations.NullMarked
module dev.lithe.converter {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.calibration;
    requires transitive dev.lithe.datasets;
    requires transitive dev.lithe.evaluation;
    requires transitive dev.lithe.graph;
    requires transitive dev.lithe.importers;
    requires transitive dev.lithe.quantizer;
    requires transitive dev.lithe.runtime;
    requires dev.lithe.transforms;
    requires tools.jackson.core;

    exports dev.lithe;
}
