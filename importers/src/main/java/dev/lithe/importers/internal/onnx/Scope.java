package dev.lithe.importers.internal.onnx;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Values by name, as one graph sees them: its own, then those of the graph around it.
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Laid> values = new HashMap<>();

    Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    void define(String name, Laid value) {
        if (!name.isEmpty()) {
            values.put(name, value);
        }
    }

    @Nullable
    Laid find(String name) {
        Laid value = values.get(name);
        return value != null || outer == null ? value : outer.find(name);
    }
}
