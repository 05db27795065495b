package dev.lithe.transforms;

import dev.lithe.graph.Model;

/// One rewriting of a graph that keeps what the graph computes.
public interface Pass {
    /// What it does, in a few words: `fold batch normalization`.
    String name();

    /// The rewritten model; `model` itself where there is nothing to do. A second application
    /// changes nothing.
    Model apply(Model model);
}
