package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.schema.AssignVariableOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.ReadVariableOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.VarHandleOptions;
import dev.lithe.testkit.ModelBuilder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models with variables, loops and branches give, call after call, what LiteRT's reference kernels gave
/// (`make_stateful_fixtures.py` asked them), and after a reset what a fresh interpreter gives.
class StatefulModelsTest {
    private static final int FRESH = 100;

    /// One call: which signature, and what goes in and comes out by name.
    private record Call(String signature, Map<String, Tensor> inputs, Map<String, Tensor> outputs) {}

    @ParameterizedTest
    @ValueSource(strings = {"variables", "loop", "nested", "branch", "case"})
    void answersCallAfterCallAndAfterReset(String name) {
        Map<Integer, Call> calls = calls(name);
        assertThat(calls.keySet()).contains(0, 5, FRESH, FRESH + 1);
        try (Interpreter interpreter = Interpreter.open(resource(name + ".tflite"))) {
            calls.forEach((number, call) -> {
                if (number == FRESH) {
                    interpreter.resetVariables();
                }
                compare(name + " call " + number, interpreter.run(call.signature(), call.inputs()), call.outputs());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hey_jarvis", "hey_jarvis_2"})
    void wakeWordModelsOfTheCorpusKeepTheirState(String name) {
        Path file = Path.of(System.getProperty("lithe.shared", "absent"), "corpus", "quantized")
                .resolve("micro-wake-word-models__" + name + ".tflite");
        assumeTrue(Files.exists(file), "no corpus here");
        ExecutionContext context =
                Runtime.compile(TfliteReader.read(file), PlanOptions.DEFAULT).newContext();
        calls("wake_" + name).forEach((number, call) -> {
            if (number == FRESH) {
                context.resetVariables();
            }
            context.setInput(
                    0,
                    call.inputs()
                            .get("x")
                            .withQuantization(context.inputs().getFirst().quantization()));
            context.run();
            assertThat(context.output(0).copy().bytes())
                    .as("call %d", number)
                    .isEqualTo(call.outputs().get("y").bytes());
        });
    }

    /// Input, handle and the two variables, of which the first is assigned twice.
    @Test
    void variablesAreCountedBeforeTheRun() {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 100);
        TensorId y = builder.floats("y", 100);
        TensorId small = builder.constant("small", Tensor.of(Shape.of(2), 1f, 2f));
        TensorId first = builder.tensor("first", TensorType.RESOURCE, Shape.SCALAR);
        TensorId second = builder.tensor("second", TensorType.RESOURCE, Shape.SCALAR);
        Model model = builder.node(BuiltinOperator.VAR_HANDLE, new VarHandleOptions("", "first"), List.of(), first)
                .node(BuiltinOperator.VAR_HANDLE, new VarHandleOptions("", "second"), List.of(), second)
                .node(BuiltinOperator.ASSIGN_VARIABLE, AssignVariableOptions.DEFAULT, List.of(first, small))
                .node(BuiltinOperator.ASSIGN_VARIABLE, AssignVariableOptions.DEFAULT, List.of(first, x))
                .node(BuiltinOperator.ASSIGN_VARIABLE, AssignVariableOptions.DEFAULT, List.of(second, small))
                .node(BuiltinOperator.READ_VARIABLE, ReadVariableOptions.DEFAULT, List.of(first), y)
                .subgraph("main", List.of(x), y)
                .build();

        long bytes = Runtime.compile(model, PlanOptions.DEFAULT).newContext().arenaBytes();

        long variables = 100 * 4 + 2 * 4;
        long tensors = 100 * 4 + 2 * 4; // the input and two handles; what is read comes on top when it is read
        assertThat(bytes).isEqualTo(tensors + variables);
    }

    @Test
    void contextsHaveStateOfTheirOwn() {
        Call first = calls("variables").get(0);
        CompiledModel compiled = compile("variables", PlanOptions.DEFAULT);
        for (int i = 0; i < 2; i++) {
            try (Interpreter interpreter = Interpreter.of(compiled)) {
                compare("context " + i, interpreter.run(first.signature(), first.inputs()), first.outputs());
            }
        }
    }

    @Test
    void aLoopThatDoesNotEndIsStopped() {
        try (Interpreter interpreter = Interpreter.of(compile("loop", PlanOptions.DEFAULT.stepLimit(2_000)))) {
            Map<String, Tensor> endless = Map.of(
                    "rounds", Tensor.wrap(TensorType.INT32, Shape.SCALAR, ints(-1).quantization(), new int[] {-1}),
                    "x", Tensor.of(Shape.of(1, 2), 1f, 2f));

            assertThatThrownBy(() -> interpreter.run(endless))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("2000 operators");
            Call call = calls("loop").get(0);
            compare("afterwards", interpreter.run(call.signature(), call.inputs()), call.outputs());
        }
    }

    @Test
    void aLoopIsCancelled() throws InterruptedException {
        CompiledModel compiled = compile("nested", PlanOptions.DEFAULT);
        ExecutionContext context = compiled.newContext();
        int rounds = context.inputs().getFirst().type() == TensorType.INT32 ? 0 : 1;
        context.setInput(rounds, Tensor.wrap(TensorType.INT32, Shape.SCALAR, ints(-1).quantization(), new int[] {-1}));
        context.setInput(1 - rounds, Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f));
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                context.run();
            } catch (CancellationException e) {
                thrown[0] = e;
            }
        });
        thread.start();
        thread.interrupt();
        thread.join();
        assertThat(thrown[0]).isInstanceOf(CancellationException.class);
    }

    /// 24 levels of two subgraphs, each of which may call both of the next level: 2^24 ways through them.
    @Test
    @Timeout(60)
    void manyWaysThroughTheCallsAreNoTrouble() {
        ModelBuilder builder = new ModelBuilder();
        int levels = 24;
        for (int i = 0; i < 2 * levels; i++) {
            int next = i / 2 * 2 + 2;
            TensorId flag = builder.tensor("flag" + i, TensorType.BOOL, Shape.of(1));
            TensorId x = builder.floats("x" + i, 2);
            if (next < 2 * levels) {
                TensorId y = builder.floats("y" + i, 2);
                builder.node(BuiltinOperator.IF, new IfOptions(next, next + 1), List.of(flag, flag, x), y)
                        .subgraph("level" + i, List.of(flag, x), y);
            } else {
                builder.subgraph("leaf" + i, List.of(flag, x), x);
            }
        }
        ExecutionContext context =
                Runtime.compile(builder.build(), PlanOptions.DEFAULT).newContext();
        context.setInput(0, Tensor.wrap(TensorType.BOOL, Shape.of(1), QuantizationParameters.NONE, new byte[] {1}));
        context.setInput(1, Tensor.of(Shape.of(2), 1.5f, -2f));
        context.run();
        assertThat(context.output(0).copy().floats()).containsExactly(1.5f, -2f);
        assertThat(context.arenaBytes()).isPositive();
    }

    /// A loop that keeps the shapes of its values, with a branch and another loop inside.
    @Test
    void shapesAreFoundThroughCallsBeforeARun() {
        assertThat(compile("nested", PlanOptions.DEFAULT).newContext().output(0).shape())
                .isEqualTo(Shape.of(4));
    }

    private static Tensor ints(int value) {
        return Tensor.of(Shape.of(1), value);
    }

    private static CompiledModel compile(String name, PlanOptions options) {
        Model model = TfliteReader.read(resource(name + ".tflite"));
        return Runtime.compile(model, options);
    }

    private static Map<Integer, Call> calls(String name) {
        Map<Integer, Call> calls = new TreeMap<>();
        Npz.read(resource(name + ".npz")).forEach((key, tensor) -> {
            List<String> parts = Arrays.asList(key.split("\\.", 4));
            Call call = calls.computeIfAbsent(
                    Integer.valueOf(parts.get(0)),
                    number -> new Call(parts.get(1), new LinkedHashMap<>(), new LinkedHashMap<>()));
            (parts.get(2).equals("in") ? call.inputs() : call.outputs()).put(parts.get(3), tensor);
        });
        return calls;
    }

    private static Path resource(String name) {
        try {
            return Path.of(
                    StatefulModelsTest.class.getResource("/stateful/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static void compare(String what, Map<String, Tensor> actual, Map<String, Tensor> expected) {
        assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            assertThat(actual.get(name).shape()).as("%s, %s", what, name).isEqualTo(tensor.shape());
            double[] a = actual.get(name).toDoubles();
            double[] e = tensor.toDoubles();
            double range =
                    Arrays.stream(e).max().orElse(0) - Arrays.stream(e).min().orElse(0);
            for (int i = 0; i < e.length; i++) {
                assertThat(a[i]).as("%s, %s, element %d", what, name, i).isCloseTo(e[i], within(1e-5 * range));
            }
        });
    }
}
