package dev.lithe.operators;

/// A prepared kernel. It holds no state that changes: contexts on several threads share it. It never validates, that is
/// done at plan time.
@FunctionalInterface
public interface Kernel {
    void run(KernelContext context);
}
