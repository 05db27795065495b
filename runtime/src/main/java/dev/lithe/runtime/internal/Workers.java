package dev.lithe.runtime.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/// Spreads the parts of one kernel over threads. Parts write to different elements, so that the result does
/// not depend on how many threads there are.
public interface Workers {
    /// The calling thread alone.
    Workers SINGLE = new Workers() {
        @Override
        public int threads() {
            return 1;
        }

        @Override
        public void run(int parts, IntConsumer part) {
            for (int i = 0; i < parts; i++) {
                part.accept(i);
            }
        }
    };

    int threads();

    /// Calls `part` with 0 to `parts - 1` and returns when all are done.
    void run(int parts, IntConsumer part);

    /// Workers on `threads` threads. The threads end by themselves when they have had nothing to do for a
    /// while.
    static Workers of(int threads) {
        return threads == 1 ? SINGLE : new Pool(threads);
    }

    /// Threads of a pool of their own, the calling one included.
    final class Pool implements Workers {
        private static final long IDLE_SECONDS = 5;

        private final int threads;
        private final ForkJoinPool pool;

        private Pool(int threads) {
            this.threads = threads;
            this.pool = new ForkJoinPool(
                    threads - 1,
                    ForkJoinPool.defaultForkJoinWorkerThreadFactory,
                    null,
                    false,
                    0,
                    threads - 1,
                    0,
                    null,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS);
        }

        @Override
        public int threads() {
            return threads;
        }

        @Override
        public void run(int parts, IntConsumer part) {
            if (parts == 1) {
                part.accept(0);
                return;
            }
            List<ForkJoinTask<?>> others = new ArrayList<>(parts - 1);
            for (int i = 1; i < parts; i++) {
                int index = i;
                others.add(pool.submit(() -> part.accept(index)));
            }
            try {
                part.accept(0);
            } finally {
                others.forEach(ForkJoinTask::join);
            }
        }
    }
}
