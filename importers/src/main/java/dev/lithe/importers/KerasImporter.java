package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.keras.KerasReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/// Reads files of Keras without Keras: `.keras`, and HDF5 files with a whole model (`.h5`, `.hdf5`),
/// of Keras 1, 2 and 3.
///
/// The model has the signature `serving_default`, with the names of its input layers as inputs and
/// `output_0`, `output_1`, … as outputs, as Keras' own export has them. Layers compute in FLOAT32,
/// also where the model was trained in half or double precision. Weights are read from the file when
/// they are needed.
public final class KerasImporter implements Importer {
    private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

    /// An importer has no state.
    public KerasImporter() {}

    /// A file that ends in `.keras`, `.h5` or `.hdf5`, or an HDF5 file under another name.
    @Override
    public boolean recognizes(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(path)
                && (name.endsWith(".keras") || name.endsWith(".h5") || name.endsWith(".hdf5") || isHdf5(path));
    }

    private static boolean isHdf5(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            return Arrays.equals(file.readNBytes(HDF5.length), HDF5);
        } catch (IOException e) {
            return false; // whoever reads it next will say why
        }
    }

    /// @throws MalformedModelException where the file is cut off or damaged (LQ0170 to LQ0172)
    /// @throws InvalidModelException where weights are missing or of another shape, all of them listed (LQ0270),
    ///     or the configuration contradicts itself (LQ0271)
    /// @throws UnsupportedException where the file holds weights only (LQ0372), or naming all layers that are
    ///     not Keras' own or cannot be expressed (LQ0373, LQ0374)
    @Override
    public Model load(Path path, ImportOptions options) {
        return KerasReader.read(path, options);
    }
}
