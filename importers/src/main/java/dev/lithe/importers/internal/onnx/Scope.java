package dev.lithe.importers.internal.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Values by name, as one graph sees them: its own, then those of the graph around it.
final class Scope {
    private final @Nullable Scope outer;
    private final UnaryOperator<Laid> entry;
    private final Map<String, Laid> values = new HashMap<>();

    Scope() {
        this(null, value -> value);
    }

    /// @param entry what a value of the graph around is inside
    Scope(@Nullable Scope outer, UnaryOperator<Laid> entry) {
        this.outer = outer;
        this.entry = entry;
    }

    void define(String name, Laid value) {
        if (!name.isEmpty()) {
            values.put(name, value);
        }
    }

    @Nullable
    Laid find(String name) {
        Laid value = values.get(name);
        if (value != null || outer == null) {
            return value;
        }
        Laid outside = outer.find(name);
        return outside == null ? null : entry.apply(outside);
    }
}
