package dev.lithe.importers;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Model;
import java.nio.file.Path;

/// Reads models of one kind into the graph.
public interface Importer {
    /// Whether `path` looks like a model of this kind: by its name and what stands in it, without
    /// reading it all.
    boolean recognizes(Path path);

    /// The model behind `path`, not optimized: every node stands there as its own operator.
    ///
    /// @throws LitheException where the model is damaged, contradicts itself or has parts that
    ///     cannot be expressed
    Model load(Path path, ImportOptions options);
}
