package dev.lithe;

import dev.lithe.graph.Model;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.Importers;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.transforms.FloatPipeline;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens trained models.
public final class Models {
    private Models() {}

    /// Opens a float model to convert it: a SavedModel folder or a `.tflite` file, which is detected.
    ///
    /// @throws dev.lithe.graph.MalformedModelException where a file is damaged or missing (LQ01xx)
    /// @throws dev.lithe.graph.InvalidModelException where the model contradicts itself (LQ02xx)
    /// @throws dev.lithe.graph.UnsupportedException listing everything in it that cannot be expressed (LQ03xx)
    /// @throws dev.lithe.graph.QuantizationException where it is quantized already (LQ04xx)
    public static Model open(Path path) {
        return open(path, ImportOptions.DEFAULT);
    }

    /// Opens a float model to convert it, some signatures or with other input shapes.
    public static Model open(Path path, ImportOptions options) {
        Model loaded = Importers.load(path, options);
        return (Importers.needsImport(path) ? FloatPipeline.imported() : FloatPipeline.standard()).apply(loaded);
    }

    /// Opens a model to run it or look at it: a `.tflite` file exactly as it is, quantized or not; other kinds as
    /// [#open(Path)] has them.
    public static Model read(Path path) {
        boolean asItIs = Files.isRegularFile(path) && !Importers.needsImport(path);
        return asItIs ? TfliteReader.read(path) : open(path);
    }
}
