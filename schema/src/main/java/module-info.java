import org.jspecify.annotations.NullMarked;

/// The `.tflite` file format: records for everything a file holds, read, verified and written without loss.
@NullMarked
module dev.lithe.schema {
    requires static transitive org.jspecify;

    exports dev.lithe.schema;
}
