package dev.lithe.importers.internal.savedmodel;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Location;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.importers.internal.checkpoint.Checkpoint;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.proto.MetaGraphDef;
import dev.lithe.importers.internal.proto.SavedObject;
import dev.lithe.importers.internal.proto.TensorProto;
import dev.lithe.importers.internal.proto.TrackableObjectGraph;
import dev.lithe.importers.internal.raw.Flattener;
import dev.lithe.importers.internal.raw.RawGraph;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.importers.internal.raw.RawPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the values of a model's variables in its checkpoint.
///
/// How a variable is called in the checkpoint stands in three places, tried in this order: the
/// graph that restores it (RestoreV2 lists the names and its results go to assignments; TensorFlow
/// 1 and 2 both write it); the objects of the SavedModel and of the checkpoint, which have the same
/// numbers; and the variable's own name.
public final class Variables {
    private static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";
    private static final String VALUE = "VARIABLE_VALUE";
    private static final Set<String> HANDLES = Set.of("VarHandleOp", "VariableV2", "Variable");
    private static final Set<String> ASSIGNMENTS = Set.of("AssignVariableOp", "Assign");

    private final SavedModelFile model;
    private @Nullable Checkpoint checkpoint;
    private @Nullable Map<String, String> keys;

    public Variables(SavedModelFile model) {
        this.model = model;
    }

    /// Whether `node` stands for a variable: a handle, or in TensorFlow 1 the variable itself.
    public static boolean isVariable(RawNode node) {
        return HANDLES.contains(node.op());
    }

    /// The value of the variable that `node` stands for.
    ///
    /// @throws MalformedModelException where a file of the checkpoint is missing or damaged
    /// @throws InvalidModelException where the checkpoint has no such variable
    public Checkpoint.Entry value(RawNode node) {
        Checkpoint values = checkpoint();
        String key = keys().get(name(node));
        if (key == null || !values.contains(key)) {
            throw new InvalidModelException(
                    "LQ0251",
                    Location.tensor(model.folder().toString(), -1, node.name()),
                    "has no value in the checkpoint" + (key == null ? "" : " (expected under '" + key + "')"),
                    "export the model again after its variables were created (call it once on data).");
        }
        return values.get(key);
    }

    private static String name(RawNode handle) {
        String shared = handle.attributes().text("shared_name", "");
        return shared.isEmpty() ? handle.name() : shared;
    }

    private Checkpoint checkpoint() {
        Checkpoint opened = checkpoint;
        if (opened == null) {
            opened = Checkpoint.open(model.variables());
            checkpoint = opened;
        }
        return opened;
    }

    private Map<String, String> keys() {
        Map<String, String> known = keys;
        if (known == null) {
            known = new HashMap<>();
            for (String key : checkpoint().keys()) {
                known.put(key, key);
            }
            addObjects(known);
            addRestored(known);
            keys = known;
        }
        return known;
    }

    private void addRestored(Map<String, String> known) {
        MetaGraphDef meta = model.metaGraph();
        String restore = meta.getSaverDef().getRestoreOpName();
        if (restore.isEmpty()) {
            return;
        }
        RawGraph graph =
                Flattener.flatten(model.file().toString(), meta.getGraphDef(), Map.of(), List.of("^" + restore));
        for (RawNode assignment : graph.effects()) {
            if (ASSIGNMENTS.contains(assignment.op()) && assignment.inputs().size() > 1) {
                RawNode handle = source(assignment.input(0)).node();
                String key = restoredKey(source(assignment.input(1)));
                if (isVariable(handle) && key != null) {
                    known.put(name(handle), key);
                }
            }
        }
    }

    private static @Nullable String restoredKey(RawPort value) {
        RawNode restore = value.node();
        if (!restore.op().equals("RestoreV2") || restore.inputs().size() < 2) {
            return null;
        }
        TensorProto names = source(restore.input(1)).node().attributes().tensor("value");
        if (names == null || value.index() >= names.getStringValCount()) {
            return null;
        }
        return names.getStringVal(value.index()).toStringUtf8();
    }

    /// Follows identities back to where the value is made.
    private static RawPort source(RawPort port) {
        RawPort at = port;
        while (at.node().op().equals("Identity") && !at.node().inputs().isEmpty()) {
            at = at.node().input(0);
        }
        return at;
    }

    private void addObjects(Map<String, String> known) {
        Checkpoint values = checkpoint();
        if (!values.contains(OBJECT_GRAPH)) {
            return;
        }
        List<TrackableObjectGraph.TrackableObject> tracked = trackables(values);
        List<SavedObject> saved = model.metaGraph().getObjectGraphDef().getNodesList();
        for (int i = 0; i < tracked.size(); i++) {
            for (var attribute : tracked.get(i).getAttributesList()) {
                if (!attribute.getName().equals(VALUE)) {
                    continue;
                }
                known.put(attribute.getFullName(), attribute.getCheckpointKey());
                if (i < saved.size() && saved.get(i).hasVariable()) {
                    known.put(saved.get(i).getVariable().getName(), attribute.getCheckpointKey());
                }
            }
        }
    }

    private static List<TrackableObjectGraph.TrackableObject> trackables(Checkpoint values) {
        try {
            return TrackableObjectGraph.parseFrom(values.string(OBJECT_GRAPH)).getNodesList();
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedModelException(
                    "LQ0152",
                    Location.tensor(values.index().toString(), -1, OBJECT_GRAPH),
                    "is damaged: " + e.getMessage(),
                    "copy or export the model again.",
                    e);
        }
    }

    /// The element type that a variable's handle declares.
    public static DataType type(RawNode node) {
        return node.attributes().type("dtype", DataType.DT_INVALID);
    }
}
