package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.LitheException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// All kinds of models that can be read.
public final class Importers {
    private static final List<Importer> ALL = List.of(
            new SavedModelImporter(),
            new KerasImporter(),
            new FrozenGraphImporter(),
            new OnnxImporter(),
            new TfliteImporter());
    private static final String KINDS = "a SavedModel folder (with its saved_model.pb), a file of Keras (.keras, .h5),"
            + " a frozen graph (.pb), an .onnx file or a float .tflite file";

    private Importers() {}

    /// Reads the model behind `path`, whose kind is detected.
    ///
    /// @throws LitheException where there is no model of a known kind (LQ0156, LQ0157, LQ0354), or
    ///     what the importer of its kind throws
    public static Model load(Path path, ImportOptions options) {
        for (Importer importer : ALL) {
            if (importer.recognizes(path)) {
                requireNoNodes(path, importer, options);
                return importer.load(path, options);
            }
        }
        throw unknown(path);
    }

    private static void requireNoNodes(Path path, Importer importer, ImportOptions options) {
        boolean given = !options.inputs().isEmpty() || !options.outputs().isEmpty();
        if (given && !(importer instanceof FrozenGraphImporter)) {
            throw new InvalidModelException(
                    "LQ0257",
                    Location.file(path.toString()),
                    "says itself what its inputs and outputs are",
                    "leave --inputs and --outputs out; choose a signature with --signature.");
        }
    }

    /// Whether `path` is a trained model of a kind that has to be imported, everything but `.tflite`.
    public static boolean needsImport(Path path) {
        return ALL.stream().anyMatch(importer -> !(importer instanceof TfliteImporter) && importer.recognizes(path));
    }

    private static LitheException unknown(Path path) {
        Location location = Location.file(path.toString());
        if (!Files.exists(path)) {
            return new MalformedModelException(
                    "LQ0156", location, "does not exist", "check the path; give " + KINDS + ".");
        }
        if (Files.isDirectory(path)) {
            return new MalformedModelException(
                    "LQ0157",
                    location,
                    "is a folder without a saved_model.pb, so it is no SavedModel",
                    "give " + KINDS + ".");
        }
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "no ending" : "the ending " + name.substring(dot);
        return new UnsupportedException(
                "LQ0354",
                location,
                "has " + ending + ", which is no kind of model that can be read",
                "give " + KINDS + "; export other models as a SavedModel first.");
    }
}
