package dev.lithe.importers.internal.savedmodel;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.importers.internal.proto.CollectionDef;
import dev.lithe.importers.internal.proto.MetaGraphDef;
import dev.lithe.importers.internal.proto.SavedObjectGraph;
import dev.lithe.importers.internal.proto.SignatureProto;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which of a model's signatures to import.
final class Signatures {
    private static final String DEFAULT = "serving_default";
    private static final String SERVE = "serve";
    private static final String INTERNAL = "__saved_model_";
    private static final String INITIALIZER = INTERNAL + "init_op";
    private static final List<String> INITIALIZER_LISTS =
            List.of("saved_model_main_op", "legacy_init_op", "table_initializer");

    private Signatures() {}

    /// The signatures called `wanted`, in that order; all of them, in alphabetical order, where
    /// none are.
    ///
    /// @throws InvalidModelException where there is no such signature, or none at all
    static Map<String, SignatureProto> choose(SavedModelFile model, List<String> wanted) {
        Map<String, SignatureProto> all = new TreeMap<>();
        model.metaGraph().getSignatureDefMap().forEach((key, signature) -> {
            if (!key.startsWith(INTERNAL) && signature.getOutputsCount() > 0) {
                all.put(key, signature);
            }
        });
        if (all.isEmpty()) {
            throw new InvalidModelException(
                    "LQ0252",
                    Location.file(model.file().toString()),
                    "has no signature: nothing says what goes in and what comes out",
                    "export it with signatures (model.export, or tf.saved_model.save(..., signatures=...)).");
        }
        if (wanted.isEmpty()) {
            if (isKerasExport(model.metaGraph(), all.keySet())) {
                all.remove(SERVE);
            }
            return all;
        }
        Map<String, SignatureProto> chosen = new LinkedHashMap<>();
        for (String key : wanted) {
            SignatureProto signature = all.get(key);
            if (signature == null) {
                throw new InvalidModelException(
                        "LQ0253",
                        Location.file(model.file().toString()),
                        "has no signature '" + key + "'",
                        "take one of " + String.join(", ", all.keySet()) + ".");
            }
            chosen.put(key, signature);
        }
        return chosen;
    }

    /// Nodes that a model wants to be run once when it is loaded: a signature of its own says so, or
    /// in TensorFlow 1 a list that is kept with the graph.
    static List<String> initializers(SavedModelFile model) {
        Set<String> names = new LinkedHashSet<>();
        SignatureProto signature = model.metaGraph().getSignatureDefMap().get(INITIALIZER);
        if (signature != null) {
            signature.getOutputsMap().values().forEach(info -> names.add(info.getName()));
        }
        for (String list : INITIALIZER_LISTS) {
            CollectionDef nodes = model.metaGraph().getCollectionDefMap().get(list);
            if (nodes != null) {
                names.addAll(nodes.getNodeList().getValueList());
            }
        }
        return names.stream()
                .map(name -> name.replaceFirst(":0$", ""))
                .distinct()
                .toList();
    }

    /// Keras exports its endpoint `serve` once more as the default signature: the same function
    /// under two names.
    private static boolean isKerasExport(MetaGraphDef graph, Collection<String> keys) {
        SavedObjectGraph objects = graph.getObjectGraphDef();
        if (!keys.contains(DEFAULT) || !keys.contains(SERVE) || objects.getNodesCount() == 0) {
            return false;
        }
        List<String> names = objects.getNodes(0).getChildrenList().stream()
                .map(child -> child.getLocalName())
                .toList();
        return names.contains(SERVE) && !names.contains("_default_save_signature");
    }
}
