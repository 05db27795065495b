package dev.lithe.runtime;

import dev.lithe.graph.TensorId;
import java.util.Set;

/// How a model is to be run.
///
/// @param kernels which kernels to take
/// @param observe tensors that are kept until the next run and handed to the context's observer; they have
///     memory of their own and are delivered in their declared type
/// @param threads how many threads one run may use; results do not depend on it
/// @param memoryLimit the bytes that constants and one context may take together
/// @param stepLimit how many operators one run may execute, those of loops counted in each round: a bound for
///     loops that do not end
public record PlanOptions(Kernels kernels, Set<TensorId> observe, int threads, long memoryLimit, long stepLimit) {
    /// The fastest kernels on one thread, within the memory that the virtual machine may use.
    public static final PlanOptions DEFAULT = new PlanOptions(
            Kernels.AUTO, Set.of(), 1, java.lang.Runtime.getRuntime().maxMemory(), Long.MAX_VALUE);

    public PlanOptions {
        observe = Set.copyOf(observe);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
        if (stepLimit < 1) {
            throw new IllegalArgumentException("stepLimit is " + stepLimit + ", must be at least 1");
        }
    }

    public PlanOptions kernels(Kernels choice) {
        return new PlanOptions(choice, observe, threads, memoryLimit, stepLimit);
    }

    public PlanOptions observe(Set<TensorId> tensors) {
        return new PlanOptions(kernels, tensors, threads, memoryLimit, stepLimit);
    }

    public PlanOptions threads(int count) {
        return new PlanOptions(kernels, observe, count, memoryLimit, stepLimit);
    }

    public PlanOptions memoryLimit(long bytes) {
        return new PlanOptions(kernels, observe, threads, bytes, stepLimit);
    }

    public PlanOptions stepLimit(long steps) {
        return new PlanOptions(kernels, observe, threads, memoryLimit, steps);
    }
}
