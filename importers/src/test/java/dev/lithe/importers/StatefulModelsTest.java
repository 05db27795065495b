package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Constant;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.BuiltinOperator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// SavedModels whose variables change, with tables, and with several signatures on the same weights, made by
/// `src/test/savedmodels/make.py`: TensorFlow's answers to sequences of calls.
class StatefulModelsTest {
    private static Path fixture(String name) {
        return Path.of("src", "test", "savedmodels", name);
    }

    private static Interpreter interpreter(Model model) {
        return Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT.kernels(Kernels.REFERENCE)));
    }

    /// Row `row` of an array of rows.
    private static Tensor row(Tensor rows, int row) {
        int[] sizes = rows.shape().toArray();
        Shape shape = Shape.of(Arrays.copyOfRange(sizes, 1, sizes.length));
        Tensor one = Tensor.allocate(rows.type(), shape, QuantizationParameters.NONE);
        int count = Math.toIntExact(shape.elementCount());
        System.arraycopy(rows.array(), row * count, one.array(), 0, count);
        return one;
    }

    private static Map<String, Tensor> call(
            Interpreter interpreter, String signature, Map<String, Tensor> arrays, int row) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (String name : interpreter.inputs(signature).keySet()) {
            Tensor all = Objects.requireNonNull(arrays.get(name));
            inputs.put(name, row < 0 ? all : row(all, row));
        }
        return interpreter.run(signature, inputs);
    }

    private static List<String> operators(Subgraph subgraph) {
        return subgraph.nodes().stream().map(n -> n.code().toString()).toList();
    }

    @Test
    void aSequenceOfCallsOfTwoSignatures() {
        Path path = fixture("counters");
        Model model = TestModels.prepared(path);
        Map<String, Tensor> inputs = Npz.read(path.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(path.resolve("outputs.npz"));
        try (Interpreter interpreter = interpreter(model)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 20; i++) {
                    Map<String, Tensor> outputs = new LinkedHashMap<>(call(interpreter, "step", inputs, i));
                    outputs.putAll(call(interpreter, "peek", inputs, i));
                    assertThat(outputs.keySet()).isEqualTo(expected.keySet());
                    for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
                        Tensor wanted = row(Objects.requireNonNull(expected.get(output.getKey())), i);
                        TestModels.assertClose(output.getValue(), wanted, 1e-5);
                    }
                }
                // The second round begins like the first.
                interpreter.resetVariables();
            }
        }
    }

    @Test
    void whatNoSignatureWritesIsAConstant() {
        Model model = TestModels.prepared(fixture("counters"));
        assertThat(model.main().name()).isEqualTo("main");
        assertThat(operators(model.main()).getFirst()).isEqualTo("CALL_ONCE");
        assertThat(operators(model.subgraphs().get(1)).getFirst()).isEqualTo("CALL_ONCE");
        Subgraph initializer = model.subgraphs().get(2);
        assertThat(operators(initializer)).filteredOn("ASSIGN_VARIABLE"::equals).hasSize(3);
        assertThat(initializer.nodes())
                .filteredOn(n -> n.code().builtin() == BuiltinOperator.VAR_HANDLE)
                .extracting(n -> n.options().toString())
                .noneMatch(options -> options.contains("weights"));
    }

    @Test
    void oneSignatureThatOnlyReadsNeedsNoVariables() {
        Model model = Importers.load(fixture("counters"), ImportOptions.DEFAULT.withSignatures(List.of("peek")));
        assertThat(operators(model.main())).doesNotContain("CALL_ONCE", "READ_VARIABLE", "VAR_HANDLE");
        assertThat(model.subgraphs()).hasSize(1);
    }

    @Test
    void aVariableOfTensorFlowOneThatIsAssignedTo() {
        Path path = fixture("session_counter");
        Model model = TestModels.prepared(path);
        Map<String, Tensor> inputs = Npz.read(path.resolve("inputs.npz"));
        Tensor expected =
                Objects.requireNonNull(Npz.read(path.resolve("outputs.npz")).get("y"));
        try (Interpreter interpreter = interpreter(model)) {
            for (int i = 0; i < 20; i++) {
                Tensor y = call(interpreter, "serving_default", inputs, i).get("y");
                TestModels.assertClose(Objects.requireNonNull(y), row(expected, i), 1e-6);
            }
        }
    }

    @Test
    void tablesThatTheModelFillsWhenItIsLoaded() {
        Path path = fixture("tables");
        Model model = TestModels.prepared(path);
        Map<String, Tensor> inputs = Npz.read(path.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(path.resolve("outputs.npz"));
        try (Interpreter interpreter = interpreter(model)) {
            for (int i = 0; i < 3; i++) {
                Map<String, Tensor> outputs = call(interpreter, "look", inputs, -1);
                assertThat(outputs.get("number").longs())
                        .containsExactly(expected.get("number").longs());
                assertThat(outputs.get("size").longs())
                        .containsExactly(expected.get("size").longs());
                assertThat(outputs.get("letter").strings())
                        .isDeepEqualTo(expected.get("letter").strings());
            }
        }
    }

    /// The large constants of a model's signatures.
    private static List<Constant> weights(Model model) {
        List<Constant> weights = new ArrayList<>();
        for (Subgraph subgraph : model.subgraphs()) {
            for (TensorSpec spec : subgraph.tensors().values()) {
                Constant constant = spec.constant();
                if (constant != null && spec.type().toString().equals("FLOAT32") && constant.byteSize() >= 256) {
                    weights.add(constant);
                }
            }
        }
        return weights;
    }

    @Test
    void threeSignaturesShareTheirWeights() {
        Path path = fixture("three_signatures");
        Model model = TestModels.prepared(path);
        Map<String, Tensor> inputs = Npz.read(path.resolve("inputs.npz"));
        Map<String, Tensor> expected = Npz.read(path.resolve("outputs.npz"));
        try (Interpreter interpreter = interpreter(model)) {
            assertThat(interpreter.signatures()).containsExactly("compare", "embed", "head");
            for (String signature : interpreter.signatures()) {
                call(interpreter, signature, inputs, -1)
                        .forEach((name, actual) ->
                                TestModels.assertClose(actual, Objects.requireNonNull(expected.get(name)), 1e-5));
            }
        }
        // kernel, dense (turned, the way FULLY_CONNECTED takes it) and bias: each is the same everywhere.
        assertThat(weights(model)).hasSizeGreaterThan(5);
        assertThat(weights(model).stream()
                        .map(c -> Arrays.hashCode(c.bytes().toArray()))
                        .distinct())
                .hasSize(3);
    }
}
