package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.BuiltinOperator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// ONNX models against onnxruntime's answers (`src/test/onnx/make.py`).
class OnnxCasesTest {
    private static final Path FOLDER = Path.of("src", "test", "onnx");

    static Stream<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER.resolve("cases"))) {
            return folders.map(f -> f.getFileName().toString()).sorted().toList().stream();
        }
    }

    private static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            return interpreter.run(inputs);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersLikeOnnxruntime(String name) {
        Path folder = FOLDER.resolve("cases").resolve(name);
        Model raw = Importers.load(folder.resolve("model.onnx"), ImportOptions.DEFAULT.withKeepLayout(true));
        Map<String, Tensor> expected = Npz.read(folder.resolve("outputs.npz"));

        Map<String, Tensor> actual = run(TestModels.prepared(raw), Npz.read(folder.resolve("inputs.npz")));

        assertThat(actual).hasSameSizeAs(expected);
        expected.forEach((key, value) -> TestModels.assertClose(actual.getOrDefault(key, value.copy()), value, 1e-4));
        assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    }

    /// Models that people trained: no TRANSPOSE is left, images go in and come out channels last.
    @ParameterizedTest
    @CsvSource({
        "cnn_mnist_torch, pytorch_cnn_mnist, 1",
        "fastestdet_coco, FastestDet, 1",
        "yunet_n_320_face, yunet_n_320_320, 255"
    })
    void corpusAnswersLikeOnnxruntime(String folder, String file, int scale) {
        Path path = TestModels.shared("corpus/source/" + folder + "/" + file + ".onnx");
        Model model = TestModels.prepared(path);
        var signature = model.signatures().getFirst();
        String input = signature.inputs().keySet().iterator().next();
        Shape shape = model.tensor(signature.inputs().get(input)).shape();

        Map<String, Tensor> actual = run(model, Map.of(input, Tensor.of(shape, ramp(shape.flatSize(), scale))));

        assertThat(model.main().nodes()).noneMatch(n -> n.code().builtin() == BuiltinOperator.TRANSPOSE);
        Map<String, Tensor> expected = Npz.read(FOLDER.resolve("corpus.npz"));
        List<String> keys = expected.keySet().stream()
                .filter(k -> k.startsWith(folder + "__"))
                .toList();
        assertThat(keys).hasSameSizeAs(actual.keySet());
        for (String key : keys) {
            assertSampled(
                    actual.get(key.substring(folder.length() + 2)),
                    expected.get(key).floats());
        }
    }

    /// Every 11th number, to 1e-4 of the range.
    private static void assertSampled(Tensor actual, float[] expected) {
        float[] sampled = new float[(actual.elementCount() + 10) / 11];
        for (int i = 0; i < sampled.length; i++) {
            sampled[i] = actual.floats()[11 * i];
        }
        float high = expected[0];
        float low = expected[0];
        for (float value : expected) {
            high = Math.max(high, value);
            low = Math.min(low, value);
        }
        // Scores go from 0 to 1, however little of that one image makes use of.
        float range = Math.max(0.1f, Math.max(high - low, Math.max(Math.abs(high), Math.abs(low))));
        assertThat(sampled).hasSameSizeAs(expected).containsExactly(expected, within(1e-4f * range));
    }

    /// The inputs of make.py: a hash of the index.
    private static float[] ramp(int count, int scale) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = ((i * 0x9E3779B1) >>> 16) / 65536f * scale;
        }
        return values;
    }

    @Test
    void imagesTurnChannelsLastAndNamesStay() {
        Model model = TestModels.raw(FOLDER.resolve("cases/conv/model.onnx"));

        var signature = model.signatures().getFirst();
        assertThat(signature.key()).isEqualTo("serving_default");
        assertThat(model.tensor(signature.inputs().get("x")).shape()).isEqualTo(Shape.of(1, 9, 8, 4));
        assertThat(model.tensor(signature.outputs().get("y")).shape()).isEqualTo(Shape.of(1, 5, 4, 6));
        assertThat(model.main().tensor(model.main().inputs().getFirst()).name()).isEqualTo("x");
    }

    /// Flattened images take their order into the weights, shuffled channels need only one TRANSPOSE.
    @ParameterizedTest
    @CsvSource({"flattened, 0", "shuffled, 1", "layer_norm, 0"})
    void transposesAreSaved(String name, int transposes) {
        Model model = TestModels.prepared(FOLDER.resolve("cases").resolve(name).resolve("model.onnx"));

        long found = model.main().nodes().stream()
                .filter(n -> n.code().builtin() == BuiltinOperator.TRANSPOSE)
                .count();
        assertThat(found).isEqualTo(transposes);
    }

    @Test
    void quantizedModelsKeepTheirScales() {
        Model model = TestModels.raw(FOLDER.resolve("cases/quantized/model.onnx"));

        assertThat(model.main().tensors().values())
                .anyMatch(t -> Arrays.equals(t.quantization().scales().toArray(), new float[] {0.031f})
                        && t.quantization().zeroPoint() == 5);
    }
}
