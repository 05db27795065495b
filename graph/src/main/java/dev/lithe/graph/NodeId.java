package dev.lithe.graph;

/// Names one operator of a [Model]: unique in the model and never reused by a later patch.
public record NodeId(int value) implements Comparable<NodeId> {
    @Override
    public int compareTo(NodeId other) {
        return Integer.compare(value, other.value);
    }
}
