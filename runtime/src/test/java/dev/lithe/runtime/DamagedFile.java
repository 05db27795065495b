package dev.lithe.runtime;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Model;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.tflite.TfliteReader;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// What becomes of a damaged file: it is refused with a typed error, or planned within a second and run within a budget
/// of steps, cancelled where that takes longer. Everything else is a fault.
final class DamagedFile {
    private static final PlanOptions LITTLE =
            PlanOptions.DEFAULT.memoryLimit(96 << 20).stepLimit(2_000);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    enum Outcome {
        REFUSED,
        ANSWERED,
        FAILED_ON_VALUES,
        CANCELLED
    }

    /// @param planning the processor time of reading and planning in nanoseconds
    /// @param running the same of the run
    record Report(Outcome outcome, long planning, long running) {}

    private DamagedFile() {}

    /// @throws AssertionError where planning takes more than a second
    static Report check(byte[] file, ScheduledExecutorService watch) {
        long start = THREADS.getCurrentThreadCpuTime();
        ExecutionContext context;
        long planned;
        try {
            Model model = TfliteReader.read(MemorySegment.ofArray(file), "damaged.tflite");
            context = Runtime.compile(model, LITTLE).newContext();
            planned = THREADS.getCurrentThreadCpuTime() - start;
        } catch (LitheException e) {
            return new Report(Outcome.REFUSED, inTime(THREADS.getCurrentThreadCpuTime() - start), 0);
        }
        inTime(planned);
        Thread runner = Thread.currentThread();
        ScheduledFuture<?> alarm = watch.schedule(runner::interrupt, 2, TimeUnit.SECONDS);
        Outcome outcome;
        try {
            outcome = run(context);
        } finally {
            alarm.cancel(false);
            Thread.interrupted(); // also where it came too late
        }
        return new Report(outcome, planned, THREADS.getCurrentThreadCpuTime() - start - planned);
    }

    private static Outcome run(ExecutionContext context) {
        try {
            for (TensorSpec input : context.inputs()) {
                if (!context.inputShape(context.inputs().indexOf(input)).isKnown()) {
                    return Outcome.ANSWERED;
                }
            }
            context.run();
            return Outcome.ANSWERED;
        } catch (LitheException e) {
            return Outcome.FAILED_ON_VALUES;
        } catch (CancellationException e) {
            return Outcome.CANCELLED;
        }
    }

    private static long inTime(long nanos) {
        if (nanos > SECOND) {
            throw new AssertionError("planning took " + nanos / 1_000_000 + " ms");
        }
        return nanos;
    }
}
