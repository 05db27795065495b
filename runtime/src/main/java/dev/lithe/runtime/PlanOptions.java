package dev.lithe.runtime;

import dev.lithe.graph.TensorId;
import dev.lithe.operators.CustomKernel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// How a model is to be run.
///
/// @param kernels which kernels to take
/// @param observe tensors that are kept until the next run and handed to the context's observer; they have
///     memory of their own and are delivered in their declared type
/// @param observeNames the same by name; compiling fails where there is no tensor of such a name (LQ0533)
/// @param threads how many threads one run may use; results do not depend on it
/// @param memoryLimit the bytes that constants and one context may take together
/// @param stepLimit how many operators one run may execute, those of loops counted in each round: a bound for
///     loops that do not end
/// @param custom the custom operators that the caller knows, by name; they go before those that are known
///     anyway
public record PlanOptions(
        Kernels kernels,
        Set<TensorId> observe,
        Set<String> observeNames,
        int threads,
        long memoryLimit,
        long stepLimit,
        Map<String, CustomKernel> custom) {
    /// The fastest kernels on one thread, within the memory that the virtual machine may use.
    public static final PlanOptions DEFAULT = new PlanOptions(
            Kernels.AUTO, Set.of(), Set.of(), 1, java.lang.Runtime.getRuntime().maxMemory(), Long.MAX_VALUE, Map.of());

    public PlanOptions {
        observe = Set.copyOf(observe);
        observeNames = Set.copyOf(observeNames);
        custom = Map.copyOf(custom);
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
        if (stepLimit < 1) {
            throw new IllegalArgumentException("stepLimit is " + stepLimit + ", must be at least 1");
        }
    }

    public PlanOptions kernels(Kernels choice) {
        return new PlanOptions(choice, observe, observeNames, threads, memoryLimit, stepLimit, custom);
    }

    public PlanOptions observe(Set<TensorId> tensors) {
        return new PlanOptions(kernels, tensors, observeNames, threads, memoryLimit, stepLimit, custom);
    }

    /// Observes tensors by name, in all subgraphs that a run reaches.
    ///
    ///     Interpreter.open(file, PlanOptions.DEFAULT.observe("MobilenetV1/Logits"))
    public PlanOptions observe(String... names) {
        return new PlanOptions(
                kernels, observe, Set.copyOf(Arrays.asList(names)), threads, memoryLimit, stepLimit, custom);
    }

    public PlanOptions threads(int count) {
        return new PlanOptions(kernels, observe, observeNames, count, memoryLimit, stepLimit, custom);
    }

    public PlanOptions memoryLimit(long bytes) {
        return new PlanOptions(kernels, observe, observeNames, threads, bytes, stepLimit, custom);
    }

    public PlanOptions stepLimit(long steps) {
        return new PlanOptions(kernels, observe, observeNames, threads, memoryLimit, steps, custom);
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
        return new PlanOptions(kernels, observe, observeNames, threads, memoryLimit, stepLimit, all);
    }
}
