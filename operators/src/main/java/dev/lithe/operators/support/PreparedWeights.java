package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import org.jspecify.annotations.Nullable;

/// Weights (input 1) in the layout that a kernel wants: laid out once where they are constant, on each run otherwise.
public final class PreparedWeights<T> {
    /// Lays out weights for a number of groups of outputs that read different inputs.
    @FunctionalInterface
    public interface Layout<T> {
        T apply(Tensor weights, int groups);
    }

    private final Layout<T> layout;
    private final int groups;
    private final @Nullable T constant;

    /// @param groups how many groups there are as long as the input's shape stays
    public PreparedWeights(KernelSetup setup, int groups, Layout<T> layout) {
        this.layout = layout;
        this.groups = groups;
        Tensor weights = setup.constant(1);
        this.constant = weights == null ? null : layout.apply(weights, groups);
    }

    public T of(KernelContext context, int groupsNow) {
        return constant == null || groups != groupsNow ? layout.apply(context.input(1), groupsNow) : constant;
    }
}
