/// Reads models of other formats into the graph: SavedModel and float `.tflite`. Protobuf stops here.
@org.jspecify.annotations.NullMarked
module dev.lithe.importers {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.operators;
    requires com.google.protobuf;

    exports dev.lithe.importers;
}
