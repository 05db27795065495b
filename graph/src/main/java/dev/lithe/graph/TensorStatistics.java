package dev.lithe.graph;

/// What calibration saw of one tensor: the smallest and largest value over `samples` samples.
public record TensorStatistics(float min, float max, long samples) {
    /// Merging is commutative and associative: the order of samples and of machines does not matter.
    public TensorStatistics merge(TensorStatistics other) {
        return new TensorStatistics(
                Math.min(min, other.min), Math.max(max, other.max), Math.addExact(samples, other.samples));
    }
}
