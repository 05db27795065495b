package dev.lithe.runtime;

import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.runtime.simd.SimdKernels;
import java.util.List;

/// The kernel providers that this virtual machine and the options allow.
final class Providers {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private Providers() {}

    static List<KernelProvider> of(Model model, PlanOptions options) {
        return switch (options.kernels()) {
            case REFERENCE -> List.of();
            case AUTO -> hasVectors() ? simd(options) : List.of();
            case SIMD -> {
                if (!hasVectors()) {
                    throw new UnsupportedException(
                            "LQ0340",
                            Location.file(model.source()),
                            "SIMD kernels need the module " + VECTOR_MODULE + ", which this virtual machine was "
                                    + "started without",
                            "start Java with --add-modules " + VECTOR_MODULE + ", or choose other kernels.");
                }
                yield simd(options);
            }
        };
    }

    /// Whether the Vector API was resolved at start. Its classes, and ours that use it, are touched only
    /// then.
    private static boolean hasVectors() {
        Module module = Providers.class.getModule();
        return ModuleLayer.boot()
                .findModule(VECTOR_MODULE)
                .filter(module::canRead)
                .isPresent();
    }

    private static List<KernelProvider> simd(PlanOptions options) {
        return List.of(new SimdKernels(Workers.of(options.threads())));
    }
}
