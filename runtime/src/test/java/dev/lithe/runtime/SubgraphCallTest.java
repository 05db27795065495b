package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operator;
import dev.lithe.operators.arithmetic.Sub;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CallOnceOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.testkit.ModelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What control flow needs of a context. A SUB stands for the operator that calls: its kernel is replaced by
/// one that runs the second subgraph several times, each time on the results of the time before.
class SubgraphCallTest {
    private record Loop(int times) implements KernelProvider {
        @Override
        public String name() {
            return "loop";
        }

        @Override
        public Optional<Kernel> plan(Operator operator, KernelSetup setup) {
            return operator instanceof Sub ? Optional.of(this::run) : Optional.empty();
        }

        private void run(KernelContext context) {
            Tensor[] values = {context.input(0), context.input(1)};
            for (int i = 0; i < times; i++) {
                values = context.invoke(1, values);
            }
            Tensor y = context.resize(0, values[0].shape());
            System.arraycopy(values[0].array(), 0, y.array(), 0, y.elementCount());
        }
    }

    /// (a, b) -> (b, a + b): the numbers of Fibonacci. The body's first output is its own second input.
    private static Model fibonacci() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 2);
        TensorId z = builder.floats("z", 2);
        TensorId y = builder.floats("y", 2);
        builder.node(BuiltinOperator.SUB, SubOptions.DEFAULT, List.of(x, z), y).subgraph("main", List.of(x, z), y);
        TensorId a = builder.floats("a", 2);
        TensorId b = builder.floats("b", 2);
        TensorId sum = builder.floats("sum", 2);
        return builder.node(BuiltinOperator.ADD, AddOptions.DEFAULT, List.of(a, b), sum)
                .subgraph("body", List.of(a, b), b, sum)
                .signature("body", Map.of("a", a, "b", b), Map.of("sum", sum))
                .build();
    }

    private static ExecutionContext context(Model model, int times, PlanOptions options) {
        return Runtime.compile(model, options, List.of(new Loop(times))).newContext();
    }

    @Test
    void resultsOfACallMayBeTheInputsOfTheNext() {
        ExecutionContext context = context(fibonacci(), 10, PlanOptions.DEFAULT);
        context.setInput(0, Tensor.of(Shape.of(2), 0f, 1f));
        context.setInput(1, Tensor.of(Shape.of(2), 1f, 3f));

        context.run();

        assertThat(context.output(0).copy().floats()).containsExactly(55f, 199f);
    }

    @Test
    void inputsMayChangePlaces() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1);
        TensorId z = builder.floats("z", 1);
        TensorId y = builder.floats("y", 1);
        builder.node(BuiltinOperator.SUB, SubOptions.DEFAULT, List.of(x, z), y).subgraph("main", List.of(x, z), y);
        TensorId a = builder.floats("a", 1);
        TensorId b = builder.floats("b", 1);
        Model swap = builder.subgraph("swap", List.of(a, b), b, a)
                .signature("swap", Map.of("a", a, "b", b), Map.of("b", b))
                .build();
        ExecutionContext context = context(swap, 3, PlanOptions.DEFAULT);
        context.setInput(0, Tensor.of(Shape.of(1), 1f));
        context.setInput(1, Tensor.of(Shape.of(1), 2f));

        context.run();

        assertThat(context.output(0).floats()).startsWith(2f);
    }

    @Test
    void aCalledSubgraphTakesTheShapesThatItIsGiven() {
        ExecutionContext context = context(fibonacci(), 2, PlanOptions.DEFAULT);
        context.resizeInputs(List.of(Shape.of(3), Shape.of(3)));
        context.setInput(0, Tensor.of(Shape.of(3), 0f, 0f, 0f));
        context.setInput(1, Tensor.of(Shape.of(3), 1f, 2f, 3f));

        context.run();

        assertThat(context.output(0).copy().floats()).containsExactly(1f, 2f, 3f);
    }

    @Test
    void observedTensorsOfACalledSubgraphAreDeliveredEachTime() {
        Model model = fibonacci();
        TensorId sum = model.subgraphs().get(1).nodes().getFirst().output(0);
        ExecutionContext context = context(model, 4, PlanOptions.DEFAULT.observe(Set.of(sum)));
        List<Float> seen = new ArrayList<>();
        context.observe((id, tensor) -> seen.add(tensor.floats()[0]));
        context.setInput(0, Tensor.of(Shape.of(2), 0f, 0f));
        context.setInput(1, Tensor.of(Shape.of(2), 1f, 1f));

        context.run();

        assertThat(seen).containsExactly(1f, 2f, 3f, 5f);
    }

    @Test
    void subgraphsThatCallThemselvesAreRefused() {
        ModelBuilder builder = new ModelBuilder();
        Model model = builder.node(BuiltinOperator.CALL_ONCE, new CallOnceOptions(0), List.of())
                .subgraph("main", List.of())
                .build();

        assertThatThrownBy(() -> Runtime.compile(model, PlanOptions.DEFAULT))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("test: subgraph 0: calls itself")
                .hasMessageContaining("[LQ0221]");
    }
}
