package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.transforms.FloatPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Recurrent models of Keras become the operator for LSTM where the batch size is known, and answer like TensorFlow in
/// the first run and in those that follow.
class LstmFusionTest {
    @TempDir
    private Path folder;

    private Path unpacked(String name) throws IOException {
        TestModels.unzip(TestModels.shared("conformance/keras/" + name + ".zip"), folder);
        return folder;
    }

    /// Converted for inputs of `shape`; as they are where that is null.
    private static Model converted(Path path, Tensor input, boolean fixed) {
        Model open = Importers.load(path, ImportOptions.DEFAULT);
        String name = open.signatures().getFirst().inputs().keySet().iterator().next();
        ImportOptions options =
                fixed ? ImportOptions.DEFAULT.withInputShapes(Map.of(name, input.shape())) : ImportOptions.DEFAULT;
        return FloatPipeline.imported().apply(Importers.load(path, options));
    }

    private static List<String> operators(Model model) {
        return model.main().nodes().stream().map(n -> n.code().toString()).toList();
    }

    private static void assertAnswers(Model model, Tensor input, Tensor expected) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            String name = interpreter.inputs().keySet().iterator().next();
            for (int i = 0; i < 3; i++) {
                Tensor actual = interpreter.run(Map.of(name, input)).get("output_0");
                TestModels.assertClose(Objects.requireNonNull(actual), expected, 1e-5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "lstm, saved_model, 1",
        "lstm, model.keras, 1",
        "lstm_backwards, saved_model, 1",
        "lstm_stacked, saved_model, 2",
        "lstm_stacked, model.keras, 2"
    })
    void aLoopBecomesTheOperator(String name, String form, int count) throws IOException {
        Path path = unpacked(name);
        Tensor input = Npz.read(path.resolve("inputs.npz")).get("in_0");
        Model model = converted(path.resolve(form), input, true);
        assertThat(operators(model)).doesNotContain("WHILE");
        assertThat(operators(model))
                .filteredOn("UNIDIRECTIONAL_SEQUENCE_LSTM"::equals)
                .hasSize(count);
        assertThat(model.subgraphs()).hasSize(1);
        assertAnswers(model, input, Npz.read(path.resolve("outputs.npz")).get("out_0"));
    }

    /// Sequences that are masked stay loops, and so does everything whose batch size is unknown.
    @ParameterizedTest
    @CsvSource({"embedding_masked_lstm, true", "lstm, false", "gru_reset_before, true", "simple_rnn, true"})
    void otherLoopsStayLoops(String name, boolean fixed) throws IOException {
        Path path = unpacked(name);
        Tensor input = Npz.read(path.resolve("inputs.npz")).get("in_0");
        Model model = converted(path.resolve("saved_model"), input, fixed);
        assertThat(operators(model)).contains("WHILE").doesNotContain("UNIDIRECTIONAL_SEQUENCE_LSTM");
        assertThat(model.subgraphs()).hasSize(3);
        assertAnswers(model, input, Npz.read(path.resolve("outputs.npz")).get("out_0"));
    }

    /// The states are set before every run: nothing but the operator and what sets them is left of a layer.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void nothingElseIsLeft(int batch) throws IOException {
        Path path = unpacked("lstm").resolve("saved_model");
        Tensor input = Tensor.of(Shape.of(batch, 10, 6), new float[batch * 60]);
        Model model = converted(path, input, true);
        assertThat(operators(model)).containsExactly("FILL", "FILL", "UNIDIRECTIONAL_SEQUENCE_LSTM", "STRIDED_SLICE");
        List<TensorId> inputs = model.main().nodes().get(2).inputs();
        assertThat(inputs).hasSize(24);
        assertThat(model.tensor(inputs.get(18)).variable()).isTrue();
        assertThat(model.tensor(inputs.get(19)).variable()).isTrue();
        assertThat(inputs.get(18)).isNotEqualTo(inputs.get(19));
    }
}
