package dev.lithe.datasets;

/// Hears how far a long piece of work has come. Called by one thread, in order.
@FunctionalInterface
public interface ProgressListener {
    /// Hears nothing.
    ProgressListener NONE = (done, total) -> {};

    /// @param done samples that are finished
    /// @param total all samples, or -1 where their number is not known
    void progress(long done, long total);
}
