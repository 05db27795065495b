package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.SignatureDef;
import dev.lithe.importers.internal.tflite.Float16Constants;
import dev.lithe.operators.tflite.TfliteReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Reads float `.tflite` files. Constants that are stored as FLOAT16 and widened by DEQUANTIZE
/// become FLOAT32.
public final class TfliteImporter implements Importer {
    private static final String IDENTIFIER = "TFL3";

    /// An importer has no state.
    public TfliteImporter() {}

    /// A file that ends in `.tflite`, or that bears the format's identifier under another name.
    @Override
    public boolean recognizes(Path path) {
        return Files.isRegularFile(path)
                && (path.toString().toLowerCase(Locale.ROOT).endsWith(".tflite") || hasIdentifier(path));
    }

    private static boolean hasIdentifier(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] start = file.readNBytes(8);
            return new String(start, StandardCharsets.ISO_8859_1).endsWith(IDENTIFIER) && start.length == 8;
        } catch (IOException e) {
            return false; // whoever reads it next will say why
        }
    }

    /// @throws MalformedModelException where the file is damaged (LQ01xx)
    /// @throws InvalidModelException where it contradicts itself or has no such signature (LQ02xx)
    /// @throws QuantizationException where it is quantized already (LQ0450)
    @Override
    public Model load(Path path, ImportOptions options) {
        Model model = TfliteReader.read(path);
        QuantizedModels.requireFloat(model);
        requireSignatures(model, options.signatures());
        for (String name : options.inputShapes().keySet()) {
            requireSameShape(model, name, options.inputShapes().getOrDefault(name, Shape.SCALAR));
        }
        return Float16Constants.widen(model);
    }

    /// All subgraphs are kept: they may call each other.
    private static void requireSignatures(Model model, List<String> wanted) {
        List<String> known = model.signatures().stream().map(SignatureDef::key).toList();
        for (String key : wanted) {
            if (!known.contains(key)) {
                throw new InvalidModelException(
                        "LQ0253",
                        Location.file(model.source()),
                        "has no signature '" + key + "'",
                        known.isEmpty() ? "leave it out: the file has none." : "take one of " + known + ".");
            }
        }
    }

    private static void requireSameShape(Model model, String name, Shape given) {
        boolean same = model.signatures().stream()
                .filter(s -> s.inputs().containsKey(name))
                .map(s -> model.tensor(s.inputs().get(name)).shape())
                .anyMatch(given::equals);
        if (!same) {
            throw new InvalidModelException(
                    "LQ0255",
                    Location.file(model.source()),
                    "input '" + name + "' cannot be given the shape " + given + ": a .tflite file has its shapes fixed",
                    "convert from the SavedModel to change a shape.");
        }
    }
}
