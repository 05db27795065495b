package dev.lithe.importers.internal.keras;

import tools.jackson.databind.JsonNode;

final class OlderConfig {
    private OlderConfig() {}

    static JsonNode translated(JsonNode model) {
        return model;
    }
}
