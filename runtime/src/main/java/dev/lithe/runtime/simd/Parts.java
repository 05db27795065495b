package dev.lithe.runtime.simd;

import dev.lithe.runtime.internal.Workers;

/// Work on a number of units (rows, mostly), cut into parts for the threads where it is large enough to be
/// worth it. Kept from run to run by a context: running allocates nothing.
abstract class Parts implements Workers.Task {
    /// Multiplications (or operations that cost as much) below which another part costs more than it gains.
    private static final long WORTHWHILE = 100_000;

    /// Parts for each thread: a thread that the machine holds up leaves its parts to the others.
    private static final int PER_THREAD = 4;

    private final Workers workers;
    private int units;
    private int parts;

    Parts(Workers workers) {
        this.workers = workers;
    }

    /// How many threads [#range] may be called on.
    final int threads() {
        return workers.threads();
    }

    /// As many parts as there are at most.
    final int mostParts() {
        return PER_THREAD * workers.threads();
    }

    /// Does all units.
    ///
    /// @param work multiplications in all
    final void start(int newUnits, long work) {
        long most = Math.min(mostParts(), newUnits);
        units = newUnits;
        parts = (int) Math.max(1, Math.min(most, work / WORTHWHILE));
        if (workers.threads() == 1 || parts == 1) {
            range(0, units, 0);
        } else {
            workers.run(parts, this);
        }
    }

    @Override
    public final void run(int index, int thread) {
        range(bound(index), bound(index + 1), thread);
    }

    /// Does the units from `first` (inclusive) to `end` (exclusive) with the buffers of `thread`.
    abstract void range(int first, int end, int thread);

    private int bound(int part) {
        return (int) ((long) units * part / parts);
    }
}
