package dev.lithe.importers.internal.keras;

import java.util.List;

/// Writes the nodes that one kind of layer computes with.
@FunctionalInterface
interface LayerRule {
    /// @return what the layer gives, in order
    List<Symbol> apply(LayerCall call);
}
