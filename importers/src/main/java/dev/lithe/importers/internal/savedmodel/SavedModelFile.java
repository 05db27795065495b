package dev.lithe.importers.internal.savedmodel;

import com.google.protobuf.CodedInputStream;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.MappedFile;
import dev.lithe.importers.internal.proto.MetaGraphDef;
import dev.lithe.importers.internal.proto.SavedModel;
import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/// The folder of a SavedModel: `saved_model.pb`, and the checkpoint `variables/variables` where it
/// has variables.
public record SavedModelFile(Path folder, MetaGraphDef metaGraph) {
    public static final String NAME = "saved_model.pb";

    private static final String SERVE = "serve";
    private static final int RECURSION_LIMIT = 100;

    /// @throws MalformedModelException where the file is missing, cut off or damaged
    public static SavedModelFile read(Path folder) {
        Path file = folder.resolve(NAME);
        SavedModel model = parse(file, MappedFile.map(file));
        if (model.getMetaGraphsCount() == 0) {
            throw new MalformedModelException(
                    "LQ0153", Location.file(file.toString()), "holds no graph", "export the model again.");
        }
        return new SavedModelFile(folder, choose(file, model));
    }

    public Path file() {
        return folder.resolve(NAME);
    }

    /// The path of the checkpoint without its endings.
    public Path variables() {
        return folder.resolve("variables").resolve("variables");
    }

    /// Whether the folder has a checkpoint at all; models without variables need none.
    public boolean hasVariables() {
        return Files.exists(folder.resolve("variables"));
    }

    private static SavedModel parse(Path file, Bytes bytes) {
        if (bytes.byteSize() > Integer.MAX_VALUE) {
            throw new MalformedModelException(
                    "LQ0153",
                    Location.file(file.toString()),
                    "has " + bytes.byteSize() + " bytes, a protobuf file has at most 2 GB",
                    "export the model again; large weights belong into the folder 'variables'.");
        }
        CodedInputStream input = CodedInputStream.newInstance(bytes.segment().asByteBuffer());
        input.setRecursionLimit(RECURSION_LIMIT);
        try {
            SavedModel model = SavedModel.parseFrom(input);
            input.checkLastTagWas(0);
            return model;
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static MalformedModelException damaged(Path file, IOException e) {
        return new MalformedModelException(
                "LQ0153",
                Location.file(file.toString()),
                "is cut off or damaged: " + e.getMessage(),
                "copy or export the model again.",
                e);
    }

    /// The graph for serving; where there are several, the one with the fewest other tags, as these name
    /// accelerators.
    private static MetaGraphDef choose(Path file, SavedModel model) {
        return model.getMetaGraphsList().stream()
                .filter(m -> m.getMetaInfoDef().getTagsList().contains(SERVE))
                .min(Comparator.comparingInt(m -> m.getMetaInfoDef().getTagsCount()))
                .or(() -> model.getMetaGraphsCount() == 1 ? Optional.of(model.getMetaGraphs(0)) : Optional.empty())
                .orElseThrow(() -> new InvalidModelException(
                        "LQ0250",
                        Location.file(file.toString()),
                        "holds several graphs, none of them tagged '" + SERVE + "'",
                        "export the model for serving (model.export or tf.saved_model.save)."));
    }
}
