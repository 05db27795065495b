package dev.lithe.runtime;

import java.util.List;

/// The kernel providers that this virtual machine and the options allow.
final class Providers {
    private Providers() {}

    static List<KernelProvider> of(PlanOptions options) {
        return switch (options.kernels()) {
            case REFERENCE, AUTO -> List.of();
        };
    }
}
