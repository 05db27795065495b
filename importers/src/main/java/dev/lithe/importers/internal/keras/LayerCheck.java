package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Location;
import dev.lithe.graph.Offender;
import dev.lithe.graph.UnsupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Looks through a model for layers that are not Keras' own, or that cannot be expressed, so that all
/// of them can be named at once.
final class LayerCheck {
    private final String file;
    private final Set<String> known;
    private final List<Offender> offenders = new ArrayList<>();

    LayerCheck(String file, Set<String> known) {
        this.file = file;
        this.known = known;
    }

    /// @throws UnsupportedException (LQ0374) listing all such layers
    void check(JsonNode model) {
        visit(model, "the model");
        if (!offenders.isEmpty()) {
            throw new UnsupportedException(
                    "LQ0374",
                    file + ": " + offenders.size() + (offenders.size() == 1 ? " layer is" : " layers are")
                            + " not in the file: its class is a program",
                    "export the model as a SavedModel where its code is at hand (model.export(\"folder\")), and give"
                            + " that folder.",
                    offenders);
        }
    }

    private void visit(JsonNode json, String within) {
        String kind = Layer.kind(json);
        String what = kind + " '" + Layer.name(json) + "'";
        String own = Operations.isOperation(json) ? Operations.kind(json) : kind;
        boolean model = ModelLayers.KINDS.contains(kind);
        if (isCustom(json)) {
            offend(what, within, "its class is defined in the program that trained it");
            return;
        }
        if (!known.contains(own)) {
            offend(
                    what,
                    within,
                    own.startsWith("tf/")
                            ? "it calls " + own.substring(3) + ", which is not supported"
                            : "its class is not one that can be read");
            return;
        }
        if (model && ModelLayers.members(json.path("config")).isEmpty()) {
            offend(what, within, "it is a subclassed model: its layers are a program");
            return;
        }
        if (kind.equals("Lambda")) {
            offend(what, within, "it is a function of Python");
        }
        inner(json.path("config"), what);
    }

    private void inner(JsonNode config, String within) {
        if (config.isArray() || config.path("layers").isArray()) {
            ModelLayers.members(config).forEach(json -> visit(json, within));
        }
        for (String key : List.of("layer", "backward_layer", "cell")) {
            if (config.path(key).isObject()) {
                visit(config.path(key), within);
            }
        }
        config.path("cells").forEach(json -> visit(json, within));
    }

    private static boolean isCustom(JsonNode json) {
        JsonNode module = json.path("module");
        boolean foreign = module.isString()
                && !module.stringValue().equals("keras")
                && !module.stringValue().startsWith("keras.")
                && !module.stringValue().startsWith("tf_keras")
                && !module.stringValue().equals("builtins");
        boolean registered = json.path("registered_name").asString("").contains(">");
        return foreign || registered || Layer.kind(json).contains(">");
    }

    private void offend(String what, String within, String why) {
        offenders.add(new Offender(
                Location.operator(file, -1, -1, what, null),
                within.equals("the model") ? why : why + " (in " + within + ")"));
    }
}
