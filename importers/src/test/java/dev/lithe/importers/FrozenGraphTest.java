package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frozen graphs against TensorFlow's answers, which `src/test/frozen/make.py` writes.
class FrozenGraphTest {
    private static final Path ANSWERS = Path.of("src", "test", "frozen");

    @TempDir
    private Path folder;

    /// The inputs that the script feeds.
    private static Tensor pattern(int[] shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7919L + 13) % 1000 / 1000f - 0.5f;
        }
        return Tensor.of(Shape.of(shape), values);
    }

    private static Map<String, Shape> shapes(Map<String, Tensor> answers) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        answers.forEach((key, value) -> {
            if (key.startsWith("in_")) {
                shapes.put(key.substring(3), Shape.of(value.ints()));
            }
        });
        return shapes;
    }

    private static void assertAnswers(Model model, Map<String, Tensor> answers, double relative) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        shapes(answers).forEach((name, shape) -> inputs.put(name, pattern(shape.toArray())));
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            interpreter.run(inputs).forEach((name, output) -> {
                assertThat(output.shape().toArray())
                        .containsExactly(answers.get("shape_" + name).ints());
                double[] all = output.toDoubles();
                double[] wanted = answers.get("out_" + name).toDoubles();
                int step = Math.ceilDiv(all.length, 600);
                double high = Arrays.stream(wanted).max().orElseThrow();
                // A scalar has no range; sums round in the last digits of a float.
                double range = wanted.length > 1
                        ? Math.max(high - Arrays.stream(wanted).min().orElseThrow(), Math.abs(high) * 1e-3)
                        : Math.abs(high);
                for (int i = 0; i < wanted.length; i++) {
                    assertThat(all[i * step]).as(name + " " + i).isCloseTo(wanted[i], within(relative * range));
                }
            });
        }
    }

    private static Map<String, Tensor> answers(String name) {
        return Npz.read(ANSWERS.resolve(name + ".npz"));
    }

    @ParameterizedTest
    @CsvSource({
        "armkws_CNN_S, CNN_S.pb",
        "armkws_DNN_S, DNN_S.pb",
        "armkws_DS_CNN_S, DS_CNN_S.pb",
        "armkws_Basic_LSTM_S, Basic_LSTM_S.pb",
        "armkws_GRU_S, GRU_S.pb",
        "espcn_x2, ESPCN_x2.pb",
        "fsrcnn_x2, FSRCNN_x2.pb",
        "human_blazeface_front, rebuilt_frozen.pb",
        "human_selfie, rebuilt_frozen.pb",
        "mnist_softmax_pb, mnist.pb"
    })
    void realModels(String name, String file) {
        Path path = TestModels.shared("corpus/source/" + name + "/" + file);
        Map<String, Tensor> answers = answers(name);
        Model found = TestModels.prepared(Importers.load(path, ImportOptions.DEFAULT));
        List<String> inputs = found.main().inputs().stream()
                .map(id -> found.tensor(id).name())
                .toList();
        assertThat(inputs).containsExactlyElementsOf(shapes(answers).keySet());
        assertThat(found.main().outputs())
                .extracting(id -> "out_" + found.tensor(id).name())
                .allMatch(answers::containsKey);
        ImportOptions options = ImportOptions.DEFAULT.withInputShapes(shapes(answers));
        assertAnswers(TestModels.prepared(Importers.load(path, options)), answers, 1e-4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nested_loops", "branches", "branch_in_loop", "arrays", "growing"})
    void controlFlowOfTensorFlowOne(String name) {
        Model model = TestModels.prepared(Importers.load(ANSWERS.resolve(name + ".pb"), ImportOptions.DEFAULT));
        assertAnswers(model, answers(name), 1e-6);
    }

    @Test
    void aModelCanBeCutAnywhere() {
        Path path = TestModels.shared("corpus/source/mnist_softmax_pb/mnist.pb");
        ImportOptions options =
                ImportOptions.DEFAULT.withInputs(List.of("add:0")).withOutputs(List.of("softmax"));
        Model model = Importers.load(path, options.withInputShapes(Map.of("add", Shape.of(3, 10))));
        assertThat(model.main().nodes()).extracting(n -> n.code().toString()).containsExactly("SOFTMAX");
        assertThat(model.main().inputs())
                .extracting(id -> model.tensor(id).shape())
                .containsExactly(Shape.of(3, 10));
    }

    @Test
    void nodesThatAreNotThere() {
        ImportOptions options = ImportOptions.DEFAULT.withOutputs(List.of("nothing", "b"));
        assertThatThrownBy(() -> Importers.load(ANSWERS.resolve("branches.pb"), options))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("no node called nothing")
                .hasMessageContaining("LQ0256");
    }

    @Test
    void aTruncatedGraph() throws IOException {
        byte[] whole = Files.readAllBytes(ANSWERS.resolve("nested_loops.pb"));
        for (int i = 0; i < 40; i++) {
            Path path = Files.write(folder.resolve("cut.pb"), Arrays.copyOf(whole, whole.length * i / 40));
            assertThatThrownBy(() -> Importers.load(path, ImportOptions.DEFAULT))
                    .isInstanceOfAny(MalformedModelException.class, InvalidModelException.class);
        }
    }
}
