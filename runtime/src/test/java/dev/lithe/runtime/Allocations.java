package dev.lithe.runtime;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Counts what the present thread allocates.
final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {}

    static long bytes(Runnable work) {
        // The first call of the bean may allocate itself.
        THREADS.getCurrentThreadAllocatedBytes();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
