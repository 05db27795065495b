package dev.lithe.runtime.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed number of threads that take the parts of one task after the other. Kernels follow each other within
/// microseconds, so a thread that runs out of work looks for more for a while before it sleeps.
///
/// One caller has the pool at a time. Another one that comes meanwhile does its work alone: threads that already run
/// models side by side gain nothing from sharing these.
final class WorkerPool implements Workers {
    /// How long a thread that has nothing to do keeps looking.
    private static final long SPIN_NANOS = 50_000;
    /// How many looks pass between two looks at the clock.
    private static final int LOOKS = 64;
    /// How long a thread sleeps before it ends.
    private static final long IDLE_NANOS = 5_000_000_000L;
    /// So many parts fit into the state below.
    private static final int MOST_PARTS = 0xFFFF;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(WorkerPool.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Worker[] workers;
    private final AtomicBoolean taken = new AtomicBoolean();
    /// What there is to do: the task's number (upper 32 bits), its number of parts (16), the next part (16). A part is
    /// taken by counting the last one up, which fails where the task is not the present one any more.
    private volatile long state;

    private final AtomicInteger open = new AtomicInteger();
    private volatile @Nullable Thread waiting;
    private volatile @Nullable Throwable failure;
    private @Nullable Task task;

    WorkerPool(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
        }
    }

    @Override
    public int threads() {
        return workers.length + 1;
    }

    @Override
    public void run(int parts, Task newTask) {
        if (parts <= 1 || parts > MOST_PARTS || !taken.compareAndSet(false, true)) {
            SINGLE.run(parts, newTask);
            return;
        }
        try {
            share(parts, newTask);
        } finally {
            task = null;
            taken.set(false);
        }
    }

    private void share(int parts, Task newTask) {
        task = newTask;
        failure = null;
        open.set(parts);
        long number = (state >>> 32) + 1;
        state = number << 32 | (long) parts << 16;
        for (int i = 0; i < Math.min(workers.length, parts - 1); i++) {
            workers[i].wake();
        }
        takeParts(0);
        awaitOthers();
        Throwable thrown = failure;
        if (thrown != null) {
            throw WorkerPool.<RuntimeException>unchecked(thrown);
        }
    }

    /// Does parts until there are no more to take.
    private void takeParts(int thread) {
        for (long now = state; hasParts(now); now = state) {
            if (!STATE.compareAndSet(this, now, now + 1)) {
                continue;
            }
            try {
                // The task stays until its last part is done, and this part is not.
                Task current = task;
                if (current != null) {
                    current.run((int) (now & 0xFFFF), thread);
                }
            } catch (Throwable e) {
                failure = e;
            }
            if (open.decrementAndGet() == 0) {
                LockSupport.unpark(waiting);
            }
        }
    }

    private static boolean hasParts(long state) {
        return (state & 0xFFFF) < (state >>> 16 & 0xFFFF);
    }

    private void awaitOthers() {
        if (spin(Until.ALL_DONE)) {
            return;
        }
        waiting = Thread.currentThread();
        boolean interrupted = false;
        while (open.get() > 0) {
            LockSupport.parkNanos(this, IDLE_NANOS);
            // An interrupted thread would not park any more; the run looks at the flag between operators.
            interrupted |= Thread.interrupted();
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Until {
        ALL_DONE,
        PARTS
    }

    /// Looks for a while; whether it came true.
    private boolean spin(Until until) {
        long end = 0;
        for (int look = 0; ; look++) {
            if (until == Until.PARTS ? hasParts(state) : open.get() == 0) {
                return true;
            }
            if (look % LOOKS == LOOKS - 1) {
                long now = System.nanoTime();
                end = end == 0 ? now + SPIN_NANOS : end;
                if (now - end > 0) {
                    return false;
                }
            }
            Thread.onSpinWait();
        }
    }

    /// Throws what a part threw as it is: kernels throw nothing that is checked.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /// One of the threads, started when it is needed and started again after it has ended.
    private final class Worker implements Runnable {
        private static final int ENDED = 0;
        private static final int AWAKE = 1;
        private static final int ASLEEP = 2;

        private final int number;
        private final AtomicInteger mode = new AtomicInteger(ENDED);
        private volatile @Nullable Thread thread;

        Worker(int number) {
            this.number = number;
        }

        void wake() {
            if (mode.get() == AWAKE) {
                return;
            }
            if (mode.compareAndSet(ASLEEP, AWAKE)) {
                LockSupport.unpark(thread);
            } else if (mode.compareAndSet(ENDED, AWAKE)) {
                Thread started = Thread.ofPlatform()
                        .name("lithe-worker-" + number)
                        .daemon()
                        .inheritInheritableThreadLocals(false)
                        .unstarted(this);
                thread = started;
                started.start();
            }
        }

        @Override
        public void run() {
            do {
                takeParts(number);
            } while (spin(Until.PARTS) || sleep());
        }

        /// Whether there is something to do again.
        private boolean sleep() {
            mode.set(ASLEEP);
            // A task that came before this thread was seen asleep did not wake it.
            if (hasParts(state)) {
                mode.set(AWAKE);
                return true;
            }
            long end = System.nanoTime() + IDLE_NANOS;
            while (mode.get() == ASLEEP) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    if (mode.compareAndSet(ASLEEP, ENDED)) {
                        return false;
                    }
                } else {
                    LockSupport.parkNanos(WorkerPool.this, left);
                }
            }
            return true;
        }
    }
}
