package dev.lithe.importers.internal.build;

import dev.lithe.graph.Subgraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The subgraphs of a model while it is built. Operators name subgraphs by number, so a number is given out before the
/// subgraph exists.
public final class SubgraphTable {
    private final List<@Nullable Subgraph> subgraphs = new ArrayList<>();

    /// A number for a subgraph that is still to come.
    public int reserve() {
        subgraphs.add(null);
        return subgraphs.size() - 1;
    }

    public void put(int index, Subgraph subgraph) {
        subgraphs.set(index, subgraph);
    }

    /// How many numbers have been given out.
    public int size() {
        return subgraphs.size();
    }

    /// Takes all numbers from `size` on back: what was built there is not used.
    public void truncate(int size) {
        subgraphs.subList(size, subgraphs.size()).clear();
    }

    /// All subgraphs, once each number has one.
    public List<Subgraph> all() {
        return subgraphs.stream().map(Objects::requireNonNull).toList();
    }
}
