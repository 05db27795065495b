package dev.lithe.importers.internal.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.proto.AssetFile;
import dev.lithe.importers.internal.proto.CollectionDef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The files that a SavedModel keeps beside its graph, vocabularies for example.
final class Assets {
    private static final String FOLDER = "assets";

    private Assets() {}

    /// Paths of files by the name of the node that holds them in the graph.
    ///
    /// @throws MalformedModelException where one lies outside of the model
    static Map<String, Path> of(SavedModelFile model) {
        Path folder = model.folder().resolve(FOLDER).normalize();
        Map<String, Path> files = new HashMap<>();
        for (AssetFile asset : listed(model)) {
            Path file = folder.resolve(asset.getFilename()).normalize();
            if (!file.startsWith(folder) || file.equals(folder)) {
                throw new MalformedModelException(
                        "LQ0153",
                        Location.file(model.file().toString()),
                        "names the file '" + asset.getFilename() + "', which does not lie in its folder '" + FOLDER
                                + "'",
                        "export the model again.");
            }
            files.put(asset.getTensorInfo().getName().replaceFirst(":0$", ""), file);
        }
        return files;
    }

    /// TensorFlow 1 lists them among the collections of its graph.
    private static List<AssetFile> listed(SavedModelFile model) {
        CollectionDef collection = model.metaGraph().getCollectionDefMap().get("saved_model_assets");
        if (model.metaGraph().getAssetFileDefCount() > 0 || collection == null) {
            return model.metaGraph().getAssetFileDefList();
        }
        List<AssetFile> assets = new ArrayList<>();
        for (CollectionDef.AnyValue value : collection.getAnyList().getValueList()) {
            try {
                assets.add(AssetFile.parseFrom(value.getValue()));
            } catch (InvalidProtocolBufferException e) {
                throw new MalformedModelException(
                        "LQ0153",
                        Location.file(model.file().toString()),
                        "has a damaged list of files: " + e.getMessage(),
                        "copy or export the model again.",
                        e);
            }
        }
        return assets;
    }
}
