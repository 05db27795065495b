package dev.lithe.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WorkerPoolTest {
    private static final int THREADS = 4;

    /// Counts how often each part is done, and sees to it that no thread number is used by two at a time.
    private static final class Counting implements Workers.Task {
        private final AtomicIntegerArray done;
        private final AtomicIntegerArray busy = new AtomicIntegerArray(THREADS);
        private final AtomicInteger clashes = new AtomicInteger();

        Counting(int parts) {
            done = new AtomicIntegerArray(parts);
        }

        @Override
        public void run(int index, int thread) {
            if (!busy.compareAndSet(thread, 0, 1)) {
                clashes.incrementAndGet();
            }
            done.incrementAndGet(index);
            busy.set(thread, 0);
        }

        void check() {
            assertThat(clashes).hasValue(0);
            for (int i = 0; i < done.length(); i++) {
                assertThat(done.get(i)).as("part " + i).isEqualTo(1);
            }
        }
    }

    @Test
    void everyPartIsDoneOnceBeforeTheCallReturns() {
        Workers workers = Workers.of(THREADS);
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            Counting task = new Counting(1 + random.nextInt(40));
            workers.run(task.done.length(), task);
            task.check();
        }
    }

    @Test
    void severalCallersShareAPool() throws Exception {
        Workers workers = Workers.of(THREADS);
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                Callable<Boolean> calls = () -> {
                    for (int i = 0; i < 500; i++) {
                        Counting task = new Counting(1 + i % 20);
                        workers.run(task.done.length(), task);
                        task.check();
                    }
                    return true;
                };
                results.add(callers.submit(calls));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Test
    void whatAPartThrowsReachesTheCallerWhenAllAreDone() {
        Workers workers = Workers.of(THREADS);
        for (int round = 0; round < 200; round++) {
            int failing = round % 10;
            AtomicInteger others = new AtomicInteger();
            assertThatThrownBy(() -> workers.run(10, (index, thread) -> {
                        if (index == failing) {
                            throw new IllegalArgumentException("part " + index);
                        }
                        others.incrementAndGet();
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("part " + failing);
            assertThat(others).hasValue(9);
        }
    }

    @Test
    void anInterruptedCallerStillWaitsForItsPartsAndStaysInterrupted() {
        Workers workers = Workers.of(2);
        Counting task = new Counting(8);
        Thread.currentThread().interrupt();
        workers.run(8, (index, thread) -> {
            long end = System.nanoTime() + 2_000_000; // longer than the caller looks before it sleeps
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            task.run(index, thread);
        });
        assertThat(Thread.interrupted()).isTrue();
        task.check();
    }
}
