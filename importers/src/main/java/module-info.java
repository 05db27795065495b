/// Reads models of other formats into the graph: SavedModel, frozen graphs, files of Keras, ONNX and float
/// `.tflite`. Protobuf and HDF5 stop here.
@org.jspecify.annotations.NullMarked
module dev.lithe.importers {
    requires static transitive org.jspecify;
    requires transitive dev.lithe.operators;
    requires com.google.protobuf;
    requires io.jhdf;
    requires tools.jackson.databind;

    exports dev.lithe.importers;
}
