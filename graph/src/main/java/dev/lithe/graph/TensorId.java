package dev.lithe.graph;

/// Names one tensor of a [Model]: unique in the model (over all subgraphs) and never reused by a later patch.
public record TensorId(int value) implements Comparable<TensorId> {
    /// Stands for an optional input that is absent.
    public static final TensorId NONE = new TensorId(-1);

    public boolean isPresent() {
        return value >= 0;
    }

    @Override
    public int compareTo(TensorId other) {
        return Integer.compare(value, other.value);
    }
}
