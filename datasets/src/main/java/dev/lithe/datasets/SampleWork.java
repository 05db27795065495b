package dev.lithe.datasets;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Does the same work on every sample (or pair of samples) on several threads, with one worker (an execution
/// context, say) per thread. Results arrive in the order of the samples, and of several failures the one of the
/// earliest sample is thrown: what comes out does not depend on the number of threads as long as a worker carries
/// nothing from one sample to the next.
///
/// @param <W> what a thread works with, used by one thread at a time
/// @param <T> what is worked on
/// @param <R> what comes of it
public final class SampleWork<W, T, R> {
    /// Samples that are in memory at a time, per thread.
    private static final int AHEAD = 2;

    private final Supplier<W> workers;
    private final BiFunction<W, T, R> work;

    public SampleWork(Supplier<W> workers, BiFunction<W, T, R> work) {
        this.workers = workers;
        this.work = work;
    }

    /// Goes through `samples`; `sink` and `progress` are called on the calling thread, which alone reads the
    /// samples.
    ///
    /// @param total how many samples there are, for `progress`; -1 where that is not known
    /// @param threads at least 1
    public void run(Iterator<T> samples, long total, int threads, ProgressListener progress, Consumer<R> sink) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", must be at least 1");
        }
        if (threads == 1) {
            runHere(samples, total, progress, sink);
        } else {
            runOn(samples, total, threads, progress, sink);
        }
    }

    private void runHere(Iterator<T> samples, long total, ProgressListener progress, Consumer<R> sink) {
        W worker = workers.get();
        long done = 0;
        while (samples.hasNext()) {
            sink.accept(work.apply(worker, samples.next()));
            progress.progress(++done, total);
        }
    }

    private void runOn(Iterator<T> samples, long total, int threads, ProgressListener progress, Consumer<R> sink) {
        BlockingQueue<W> idle = new ArrayBlockingQueue<>(threads);
        for (int i = 0; i < threads; i++) {
            idle.add(workers.get());
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "lithe-samples");
            thread.setDaemon(true);
            return thread;
        });
        try {
            feed(samples, total, AHEAD * threads, idle, pool, progress, sink);
        } finally {
            pool.shutdownNow();
        }
    }

    private void feed(
            Iterator<T> samples,
            long total,
            int ahead,
            BlockingQueue<W> idle,
            ExecutorService pool,
            ProgressListener progress,
            Consumer<R> sink) {
        Deque<Future<R>> pending = new ArrayDeque<>();
        RuntimeException unreadable = null;
        long done = 0;
        boolean more = true;
        while (more || !pending.isEmpty()) {
            try {
                more = more && samples.hasNext();
                if (more) {
                    T sample = samples.next();
                    pending.add(pool.submit(() -> onWorker(idle, sample)));
                }
            } catch (RuntimeException e) { // kept until the samples before it are through
                unreadable = e;
                more = false;
            }
            if (!more && pending.isEmpty()) {
                break;
            }
            if (!more || pending.size() >= ahead) {
                sink.accept(result(pending.remove()));
                progress.progress(++done, total);
            }
        }
        rethrow(unreadable);
    }

    private R onWorker(BlockingQueue<W> idle, T sample) throws InterruptedException {
        W worker = idle.take();
        try {
            return work.apply(worker, sample);
        } finally {
            idle.add(worker);
        }
    }

    private static <R> R result(Future<R> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while samples were worked on");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new CancellationException("interrupted while samples were worked on");
        }
    }

    private static void rethrow(@Nullable RuntimeException failure) {
        if (failure != null) {
            throw failure;
        }
    }
}
