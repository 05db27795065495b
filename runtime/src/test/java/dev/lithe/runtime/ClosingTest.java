package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.ClosedException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.testkit.ModelBuilder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Cancelling runs and closing contexts from other threads.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosingTest {
    /// An operator that says when it runs and goes on when it is told to.
    private static final class Gate implements CustomKernel {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public List<Shape> shapes(Bytes options, ShapeContext context) {
            return List.of(context.input(0));
        }

        @Override
        public Kernel prepare(Bytes options, KernelSetup setup) {
            return context -> {
                entered.countDown();
                await(opened);
                context.output(0).floats()[0] = context.input(0).floats()[0];
            };
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final Gate gate = new Gate();
    private final CompiledModel compiled = Runtime.compile(gated(), PlanOptions.DEFAULT.custom("Gate", gate));

    /// y = gate(x) + 1.
    private static Model gated() {
        ModelBuilder builder = new ModelBuilder();
        TensorId one = builder.constant("one", Tensor.of(Shape.of(1), 1f));
        TensorId x = builder.floats("x", 1);
        TensorId between = builder.floats("between", 1);
        TensorId y = builder.floats("y", 1);
        return builder.custom("Gate", List.of(x), between)
                .node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(between, one), y)
                .subgraph("main", List.of(x), y)
                .signature("serve", Map.of("x", x), Map.of("y", y))
                .build();
    }

    private static Throwable failureOf(Future<?> run) throws InterruptedException {
        try {
            run.get();
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("the run came to its end");
    }

    @Test
    void anotherThreadCancelsARunThatMayRunAgain() throws Exception {
        ExecutionContext context = compiled.newContext();
        context.setInput(0, Tensor.of(Shape.of(1), 5f));
        context.cancel(); // nothing is under way
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> run = threads.submit(context::run);
            await(gate.entered);
            context.cancel();
            gate.opened.countDown();

            assertThat(failureOf(run))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageContaining("before operator 1");
        }
        context.run();
        assertThat(context.output(0).floats()[0]).isEqualTo(6f);
    }

    @Test
    void aContextRunsOnOneThreadAtATime() throws Exception {
        ExecutionContext context = compiled.newContext();
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> run = threads.submit(context::run);
            await(gate.entered);

            assertThatThrownBy(context::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("running already");
            gate.opened.countDown();
            run.get();
        }
        assertThat(context.output(0).floats()[0]).isEqualTo(1f);
    }

    @Test
    void closingEndsTheRunOfAnotherThreadAndWaitsForIt() throws Exception {
        ExecutionContext context = compiled.newContext();
        Arena arena = Arena.ofShared();
        MemorySegment memory = arena.allocate(ValueLayout.JAVA_FLOAT, 1);
        context.setOutput(0, memory);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> run = threads.submit(context::run);
            await(gate.entered);
            Future<?> closing = threads.submit(() -> {
                context.close();
                arena.close(); // nobody uses the memory any more
            });
            assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            gate.opened.countDown();

            assertThat(failureOf(run)).isInstanceOf(ClosedException.class);
            closing.get();
        }
    }

    @Test
    void anObserverMayClose() {
        Model model = gated();
        gate.opened.countDown();
        ExecutionContext context = Runtime.compile(
                        model, PlanOptions.DEFAULT.custom("Gate", gate).observe("between"))
                .newContext();
        context.observe((id, tensor) -> context.close());

        assertThatThrownBy(context::run).isInstanceOf(ClosedException.class);
        assertThatThrownBy(context::run).isInstanceOf(ClosedException.class);
    }

    @Test
    void nothingWorksOnAClosedContext() {
        ExecutionContext context = compiled.newContext();
        ExecutionContext sharing = context.entering(0);
        Tensor tensor = Tensor.of(Shape.of(1), 5f);
        MemorySegment memory = MemorySegment.ofArray(new float[1]);
        context.close();
        context.close();

        List<Runnable> uses = List.of(
                context::run,
                sharing::run,
                context::arenaBytes,
                context::resetVariables,
                context::releaseOutputs,
                () -> context.entering(0),
                () -> context.input(0),
                () -> context.output(0),
                () -> context.setInput(0, tensor),
                () -> context.setInput(0, memory),
                () -> context.setOutput(0, tensor),
                () -> context.setOutput(0, memory),
                () -> context.resizeInput(0, Shape.of(1)),
                () -> context.resizeInputs(List.of(Shape.of(1))),
                () -> context.tensor(compiled.model().main().inputs().getFirst()));
        for (Runnable use : uses) {
            assertThatExceptionOfType(ClosedException.class)
                    .isThrownBy(use::run)
                    .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0701"));
        }
        assertThat(context.inputs()).as("what the model says").hasSize(1);
        context.cancel();
    }

    @Test
    void otherContextsOfTheModelGoOn() {
        gate.opened.countDown();
        ExecutionContext other = compiled.newContext();
        compiled.newContext().close();

        other.setInput(0, Tensor.of(Shape.of(1), 5f));
        other.run();

        assertThat(other.output(0).floats()[0]).isEqualTo(6f);
    }

    @Test
    void anInterpreterIsCancelledAndClosedWhileItRuns() throws Exception {
        Interpreter interpreter = Interpreter.of(compiled);
        Map<String, Tensor> inputs = Map.of("x", Tensor.of(Shape.of(1), 5f));
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> cancelled = threads.submit(() -> interpreter.run(inputs));
            await(gate.entered);
            interpreter.cancel();
            gate.opened.countDown();
            assertThat(failureOf(cancelled)).isInstanceOf(CancellationException.class);
        }
        assertThat(interpreter.run(inputs).get("y").floats()).containsExactly(6f);

        Gate second = new Gate();
        Interpreter closed = Interpreter.of(Runtime.compile(gated(), PlanOptions.DEFAULT.custom("Gate", second)));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> run = threads.submit(() -> closed.run(inputs));
            await(second.entered);
            Future<?> closing = threads.submit(closed::close);
            while (!closing.isDone() && second.opened.getCount() > 0) {
                Thread.sleep(20); // lets the other thread come to its close
                second.opened.countDown();
            }
            assertThat(failureOf(run)).isInstanceOf(ClosedException.class);
            closing.get();
        }
        assertThatThrownBy(() -> closed.tensor("y")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(closed::resetVariables).isInstanceOf(ClosedException.class);
    }
}
