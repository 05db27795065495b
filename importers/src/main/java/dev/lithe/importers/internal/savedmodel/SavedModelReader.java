package dev.lithe.importers.internal.savedmodel;

import dev.lithe.graph.Model;
import dev.lithe.importers.ImportOptions;
import dev.lithe.importers.internal.tensorflow.GraphReader;
import java.nio.file.Path;

/// Reads a SavedModel: its graph, the signatures that are asked for, and its checkpoint.
public final class SavedModelReader {
    private SavedModelReader() {}

    public static Model read(Path folder, ImportOptions options) {
        SavedModelFile model = SavedModelFile.read(folder);
        String name = String.valueOf(folder.getFileName() == null ? folder : folder.getFileName());
        GraphReader.Source source = new GraphReader.Source(
                        name,
                        model.file().toString(),
                        model.metaGraph().getGraphDef(),
                        Signatures.choose(model, options.signatures()),
                        new Variables(model)::value)
                .withInitializers(Signatures.initializers(model))
                .withAssets(Assets.of(model));
        return GraphReader.read(source, options);
    }
}
