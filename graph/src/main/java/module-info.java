/// The immutable intermediate representation: models, patches, validation, calibration tables, typed errors.
@org.jspecify.annotations.NullMarked
module dev.lithe.graph {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.schema;

    exports dev.lithe.graph;
}
