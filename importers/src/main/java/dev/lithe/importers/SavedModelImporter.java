package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.savedmodel.SavedModelFile;
import dev.lithe.importers.internal.savedmodel.SavedModelReader;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads SavedModels, the folders that TensorFlow and Keras export: a subgraph for each signature,
/// variables frozen to constants that stay in the mapped checkpoint.
///
/// Names are those of TensorFlow's converter: inputs and outputs as the signature names their
/// tensors (`serving_default_image:0`), everything else as its node (`stem/convolution`). An
/// unknown dimension stands as 1, with -1 in the shape signature.
public final class SavedModelImporter implements Importer {
    /// An importer has no state.
    public SavedModelImporter() {}

    /// A folder with a `saved_model.pb`, or that file itself.
    @Override
    public boolean recognizes(Path path) {
        return Files.isRegularFile(path.resolve(SavedModelFile.NAME)) || isFile(path);
    }

    /// @throws MalformedModelException where a file is missing, cut off or damaged (LQ015x)
    /// @throws InvalidModelException where a signature, an input or a variable's value is not there
    ///     (LQ025x)
    /// @throws UnsupportedException listing every node that cannot be expressed (LQ035x)
    @Override
    public Model load(Path path, ImportOptions options) {
        Path parent = path.toAbsolutePath().getParent();
        return SavedModelReader.read(isFile(path) && parent != null ? parent : path, options);
    }

    private static boolean isFile(Path path) {
        return Files.isRegularFile(path) && path.endsWith(SavedModelFile.NAME);
    }
}
