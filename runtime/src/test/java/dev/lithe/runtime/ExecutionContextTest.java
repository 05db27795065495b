package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.ReshapeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class ExecutionContextTest {
    private static final PlanOptions OPTIONS = PlanOptions.DEFAULT;

    /// y = x + c, repeated; the intermediate results are the ids in between.
    private static Model chain(int length, int... shape) {
        ModelBuilder builder = new ModelBuilder();
        List<TensorId> values = new ArrayList<>();
        values.add(builder.floats("x0", shape));
        TensorId one = builder.constant("one", Tensor.of(Shape.of(1), 1f));
        for (int i = 1; i <= length; i++) {
            values.add(builder.floats("x" + i, shape));
            builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(values.get(i - 1), one), values.get(i));
        }
        return builder.subgraph("main", List.of(values.getFirst()), values.getLast())
                .build();
    }

    @Test
    void runsOperatorsInOrder() {
        ExecutionContext context = Runtime.compile(chain(5, 3), OPTIONS).newContext();

        context.setInput(0, Tensor.of(Shape.of(3), 1f, -2f, 0.5f));
        context.run();

        assertThat(context.output(0).copy().floats()).containsExactly(6f, 3f, 5.5f);
    }

    @Test
    void readsTheCallersArrayWithoutCopyingIt() {
        ExecutionContext context = Runtime.compile(chain(1, 2), OPTIONS).newContext();
        float[] mine = {1, 2};
        context.setInput(0, Tensor.of(Shape.of(2), mine));

        mine[0] = 10;
        context.run();

        assertThat(context.output(0).floats()).startsWith(11f, 3f);
        assertThat(mine).containsExactly(10f, 2f);
    }

    @Test
    void itsOwnInputCanBeFilled() {
        ExecutionContext context = Runtime.compile(chain(1, 2), OPTIONS).newContext();

        context.input(0).floats()[1] = 7;
        context.run();

        assertThat(context.output(0).floats()).startsWith(1f, 8f);
    }

    @Test
    void theArenaOfAChainHoldsTwoTensorsBesidesTheInput() {
        CompiledModel compiled = Runtime.compile(chain(20, 4, 25), OPTIONS);

        assertThat(compiled.newContext().arenaBytes()).isEqualTo(3 * 100 * 4);
        assertThat(compiled.constantBytes()).isEqualTo(4);
    }

    @Test
    void refusesInputsOfAnotherTypeOrShape() {
        ExecutionContext context = Runtime.compile(chain(1, 2), OPTIONS).newContext();

        assertThatThrownBy(() -> context.setInput(0, Tensor.of(Shape.of(3), 1f, 2f, 3f)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("tensor 'x0': input 0 is FLOAT32[2], given is FLOAT32[3]");
        assertThatThrownBy(() -> context.setInput(0, Tensor.of(Shape.of(2), 1, 2)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("given is INT32[2]");
    }

    @Test
    void resizingPlansTheContextAnew() {
        CompiledModel compiled = Runtime.compile(chain(3, -1, 2), OPTIONS);
        ExecutionContext context = compiled.newContext();
        assertThat(context.arenaBytes()).isEqualTo(3 * 2 * 4);

        context.resizeInput(0, Shape.of(3, 2));
        context.setInput(0, Tensor.of(Shape.of(3, 2), 0f, 1f, 2f, 3f, 4f, 5f));
        context.run();

        assertThat(context.arenaBytes()).isEqualTo(3 * 6 * 4);
        assertThat(context.output(0).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(context.output(0).copy().floats()).containsExactly(3f, 4f, 5f, 6f, 7f, 8f);
        assertThat(compiled.newContext().inputShape(0)).as("other contexts").isEqualTo(Shape.of(1, 2));
    }

    @Test
    void aShapeThatTheModelCannotTakeLeavesTheContextAsItWas() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", -1);
        TensorId c = builder.constant("c", Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f));
        TensorId y = builder.floats("y", -1);
        builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(x, c), y);
        ExecutionContext context = Runtime.compile(
                        builder.subgraph("main", List.of(x), y).build(), OPTIONS)
                .newContext();

        assertThatThrownBy(() -> context.resizeInput(0, Shape.of(3)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("operator 0 ADD 'y'")
                .hasMessageContaining("[LQ0523]");

        context.setInput(0, Tensor.of(Shape.of(1), 1f));
        context.run();
        assertThat(context.output(0).copy().floats()).containsExactly(2f, 3f, 4f, 5f);
    }

    @Test
    void observedTensorsAreDeliveredInOrderAndKept() {
        Model model = chain(4, 2);
        TensorId second = model.main().nodes().get(1).output(0);
        TensorId input = model.main().inputs().getFirst();
        ExecutionContext context =
                Runtime.compile(model, OPTIONS.observe(Set.of(second, input))).newContext();
        List<String> seen = new ArrayList<>();
        context.observe((id, tensor) -> seen.add(model.tensor(id).name() + "=" + tensor.floats()[0]));

        context.setInput(0, Tensor.of(Shape.of(2), 5f, 6f));
        context.run();

        assertThat(seen).containsExactly("x0=5.0", "x2=7.0");
        assertThat(context.tensor(second).floats()).startsWith(7f, 8f);
        TensorId third = model.main().nodes().get(2).output(0);
        assertThatThrownBy(() -> context.tensor(third)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void stopsBetweenOperatorsWhenTheThreadIsInterrupted() {
        Model model = chain(3, 2);
        TensorId first = model.main().nodes().getFirst().output(0);
        ExecutionContext context =
                Runtime.compile(model, OPTIONS.observe(Set.of(first))).newContext();
        List<TensorId> seen = new ArrayList<>();
        context.observe((id, tensor) -> {
            seen.add(id);
            Thread.currentThread().interrupt();
        });
        context.setInput(0, Tensor.of(Shape.of(2), 5f, 6f));

        assertThatThrownBy(context::run).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).as("the flag").isTrue();

        context.observe((id, tensor) -> {});
        context.run();
        assertThat(context.output(0).floats()).startsWith(8f, 9f);
    }

    @Test
    void findsTheShapeOfAReshapeToAComputedShapeWhenItRuns() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 6);
        TensorId shape = builder.tensor("shape", TensorType.INT32, Shape.of(2));
        TensorId reshaped = builder.floats("reshaped", 1, 1);
        TensorId y = builder.floats("y", 1, 1);
        builder.node(BuiltinOperator.RESHAPE, ReshapeOptions.DEFAULT, List.of(x, shape), reshaped)
                .node(BuiltinOperator.MUL, MulOptions.DEFAULT, List.of(reshaped, reshaped), y);
        ExecutionContext context = Runtime.compile(
                        builder.subgraph("main", List.of(x, shape), y).build(), OPTIONS)
                .newContext();
        context.setInput(0, Tensor.of(Shape.of(6), 1f, 2f, 3f, 4f, 5f, 6f));

        context.setInput(1, Tensor.of(Shape.of(2), 2, -1));
        context.run();
        assertThat(context.output(0).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(context.output(0).copy().floats()).containsExactly(1f, 4f, 9f, 16f, 25f, 36f);

        context.setInput(1, Tensor.of(Shape.of(2), 6, 1));
        context.run();
        assertThat(context.output(0).shape()).isEqualTo(Shape.of(6, 1));

        context.setInput(1, Tensor.of(Shape.of(2), 4, 2));
        assertThatThrownBy(context::run)
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("RESHAPE");
    }

    @Test
    void listsEveryOperatorThatItCannotRun() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1);
        TensorId y = builder.floats("y", 1);
        TensorId z = builder.floats("z", 1);
        Model model = builder.custom("Mine", List.of(x), y)
                .custom("Yours", List.of(y), z)
                .subgraph("main", List.of(x), z)
                .build();

        UnsupportedException error =
                catchThrowableOfType(UnsupportedException.class, () -> Runtime.compile(model, OPTIONS));

        assertThat(error.offenders())
                .extracting(Object::toString)
                .containsExactly(
                        "test: subgraph 0, operator 0 CUSTOM:Mine 'y': is a custom operator that nobody registered: give its"
                                + " kernel with PlanOptions.custom",
                        "test: subgraph 0, operator 1 CUSTOM:Yours 'z': is a custom operator that nobody registered: give its"
                                + " kernel with PlanOptions.custom");
    }

    @Test
    void absurdSizesAreRefusedBeforeAnythingIsAllocated() {
        assertThatThrownBy(() -> Runtime.compile(chain(1, 1 << 30, 1 << 30), OPTIONS))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("[LQ0330]");
        assertThatThrownBy(() -> Runtime.compile(chain(1, 1 << 28), OPTIONS.memoryLimit(1 << 20)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("2147483648 bytes")
                .hasMessageContaining("[LQ0331]");
    }

    @Test
    void contextsOnSeveralThreadsDoNotDisturbEachOther() throws InterruptedException {
        CompiledModel compiled = Runtime.compile(chain(50, 64), OPTIONS);
        List<Float> results = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            float start = t * 1000;
            threads.add(Thread.ofPlatform().start(() -> {
                ExecutionContext context = compiled.newContext();
                for (int round = 0; round < 50; round++) {
                    Arrays.fill(context.input(0).floats(), start);
                    context.run();
                    results.add(context.output(0).floats()[63] - start);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(results).hasSize(200).containsOnly(50f);
    }
}
