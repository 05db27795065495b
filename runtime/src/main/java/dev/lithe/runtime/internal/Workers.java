package dev.lithe.runtime.internal;

/// Spreads the parts of one kernel over threads. Parts write to different elements, so that the result does
/// not depend on how many threads there are, or on which of them did what. Handing out work allocates nothing.
public interface Workers {
    /// A piece of work in parts.
    interface Task {
        /// Does part `index`. No two calls at a time have the same `thread`, a number from 0 to
        /// [Workers#threads()] - 1: it says whose buffers to use.
        void run(int index, int thread);
    }

    /// The calling thread alone.
    Workers SINGLE = new Workers() {
        @Override
        public int threads() {
            return 1;
        }

        @Override
        public void run(int parts, Task task) {
            for (int i = 0; i < parts; i++) {
                task.run(i, 0);
            }
        }
    };

    int threads();

    /// Calls `task` with 0 to `parts - 1` and returns when all are done.
    void run(int parts, Task task);

    /// Workers on `threads` threads, the calling one included. The others end by themselves when they have had
    /// nothing to do for a while.
    static Workers of(int threads) {
        return threads == 1 ? SINGLE : new WorkerPool(threads);
    }
}
