package dev.lithe.importers;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.frozen.FrozenGraphReader;
import dev.lithe.importers.internal.savedmodel.SavedModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Reads frozen graphs: a binary GraphDef in a `.pb` file, with its weights as constants.
///
/// Such a file does not say what goes in and what comes out. Where the options do not either, the inputs
/// are its placeholders and the outputs the nodes that nothing reads. A graph that decodes and analyses a
/// WAV file in front starts behind that, at its features, which LiteRT has no operators for. Inputs and
/// outputs are called as their nodes; the model has no signature.
public final class FrozenGraphImporter implements Importer {
    /// An importer has no state.
    public FrozenGraphImporter() {}

    /// A file that ends in `.pb` and is no part of a SavedModel.
    @Override
    public boolean recognizes(Path path) {
        return Files.isRegularFile(path)
                && path.toString().toLowerCase(Locale.ROOT).endsWith(".pb")
                && !path.endsWith(SavedModelFile.NAME);
    }

    /// @throws MalformedModelException where the file is missing, cut off or damaged (LQ015x)
    /// @throws InvalidModelException where a node that is asked for is not there, or inputs and outputs
    ///     cannot be found (LQ025x)
    /// @throws UnsupportedException listing every node that cannot be expressed (LQ035x)
    @Override
    public Model load(Path path, ImportOptions options) {
        return FrozenGraphReader.read(path, options);
    }
}
