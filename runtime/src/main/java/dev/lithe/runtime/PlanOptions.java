package dev.lithe.runtime;

import dev.lithe.graph.TensorId;
import dev.lithe.operators.CustomKernel;
import java.util.HashMap;
import java.util.Map;
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
/// @param custom the custom operators that the caller knows, by name; they go before those that are known anyway
public record PlanOptions(
        Kernels kernels,
        Set<TensorId> observe,
        int threads,
        long memoryLimit,
        long stepLimit,
        Map<String, CustomKernel> custom) {
    /// The fastest kernels on one thread, within the memory that the virtual machine may use.
    public static final PlanOptions DEFAULT = new PlanOptions(
            Kernels.AUTO, Set.of(), 1, java.lang.Runtime.getRuntime().maxMemory(), Long.MAX_VALUE, Map.of());

    public PlanOptions {
        observe = Set.copyOf(observe);
        custom = Map.copyOf(custom);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
        if (stepLimit < 1) {
            throw new IllegalArgumentException("stepLimit is " + stepLimit + ", must be at least 1");
        }
    }

    public PlanOptions kernels(Kernels choice) {
        return new PlanOptions(choice, observe, threads, memoryLimit, stepLimit, custom);
    }

    public PlanOptions observe(Set<TensorId> tensors) {
        return new PlanOptions(kernels, tensors, threads, memoryLimit, stepLimit, custom);
    }

    public PlanOptions threads(int count) {
        return new PlanOptions(kernels, observe, count, memoryLimit, stepLimit, custom);
    }

    public PlanOptions memoryLimit(long bytes) {
        return new PlanOptions(kernels, observe, threads, bytes, stepLimit, custom);
    }

    public PlanOptions stepLimit(long steps) {
        return new PlanOptions(kernels, observe, threads, memoryLimit, steps, custom);
    }

    /// Runs the custom operators called `name` with `kernel`.
    ///
    ///     PlanOptions.DEFAULT.custom("Cube", new CustomKernel() {
    ///         public List<Shape> shapes(Bytes options, ShapeContext context) {
    ///             return List.of(context.input(0));
    ///         }
    ///
    ///         public Kernel prepare(Bytes options, KernelSetup setup) {
    ///             return context -> {
    ///                 float[] x = context.input(0).floats();
    ///                 float[] y = context.output(0).floats();
    ///                 for (int i = 0; i < context.input(0).elementCount(); i++) {
    ///                     y[i] = x[i] * x[i] * x[i];
    ///                 }
    ///             };
    ///         }
    ///     })
    public PlanOptions custom(String name, CustomKernel kernel) {
        Map<String, CustomKernel> all = new HashMap<>(custom);
        all.put(name, kernel);
        return new PlanOptions(kernels, observe, threads, memoryLimit, stepLimit, all);
    }
}
