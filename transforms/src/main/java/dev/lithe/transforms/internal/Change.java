package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;

/// A rewriting that was found, to be made at once.
@FunctionalInterface
interface Change {
    void make(GraphPatch patch);
}
