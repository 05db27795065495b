package dev.lithe;

import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import java.nio.file.Path;

/// Opens trained models.
public final class Models {
    private Models() {}

    /// Opens a model whatever its kind, which is detected: a `.tflite` file.
    ///
    /// @throws dev.lithe.graph.MalformedModelException where the file is damaged or missing (LQ01xx)
    /// @throws dev.lithe.graph.InvalidModelException where the model contradicts itself (LQ02xx)
    public static Model open(Path path) {
        return TfliteReader.read(path);
    }
}
