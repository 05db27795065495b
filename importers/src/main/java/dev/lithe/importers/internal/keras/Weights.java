package dev.lithe.importers.internal.keras;

import org.jspecify.annotations.Nullable;

/// Where the weights of a layer and of the layers within it are found.
interface Weights {
    /// The weights of a layer within this one.
    ///
    /// @param attribute how the files of Keras 3 address it: the attribute that holds it, as `cell`
    /// @param name what the layer is called
    Weights child(String attribute, String name);

    /// The weights of the layers that a model or a stack holds, by their names, in order.
    ///
    /// @param container `layers`, or the attribute that holds the list
    /// @param kinds the classes of the layers
    Weights member(String container, java.util.List<String> kinds, java.util.List<String> names, int index);

    /// Weight number `index` of the layer, which Keras calls `name`; null where there is none.
    @Nullable
    StoredValue find(int index, String name);

    /// For messages: where it was looked for.
    String describe(int index, String name);
}
