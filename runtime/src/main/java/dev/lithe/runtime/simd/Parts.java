package dev.lithe.runtime.simd;

import dev.lithe.runtime.internal.Workers;

/// Cuts work into parts, one for each thread, where it is large enough to be worth it.
final class Parts {
    /// Multiplications below which one more thread costs more than it gains.
    private static final long WORTHWHILE = 200_000;

    private Parts() {}

    /// Does the units from `first` (inclusive) to `end` (exclusive).
    interface Range {
        void run(int first, int end);
    }

    static void run(Workers workers, int units, long work, Range range) {
        int parts = (int) Math.max(1, Math.min(Math.min(workers.threads(), units), work / WORTHWHILE));
        if (parts == 1) {
            range.run(0, units);
            return;
        }
        workers.run(parts, part -> range.run(bound(part, parts, units), bound(part + 1, parts, units)));
    }

    private static int bound(int part, int parts, int units) {
        return (int) ((long) units * part / parts);
    }
}
