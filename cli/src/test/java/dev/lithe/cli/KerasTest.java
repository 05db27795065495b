package dev.lithe.cli;

import static dev.lithe.cli.CliRun.ROOT;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of Keras from the command line: a model with the inputs `a` and `b`, shared layers and five outputs, beside
/// what TensorFlow answered (`importers/src/test/keras`).
class KerasTest {
    private static final Path MODELS = ROOT.resolve("importers/src/test/keras");
    private static final int SAMPLES = 100;

    @TempDir
    Path folder;

    /// Samples in the range of the recorded inputs, under these two names.
    private Path samples(String first, String second) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        for (String name : new String[] {first, second}) {
            Random random = new Random(name.equals(first) ? 1 : 2);
            float[] values = new float[SAMPLES * 8 * 8 * 3];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat() * 5 - 2.5f;
            }
            arrays.put(name, Tensor.of(Shape.of(SAMPLES, 8, 8, 3), values));
        }
        Path file = folder.resolve(first + ".npz");
        Npz.write(file, arrays);
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"keras", "h5"})
    void integersFromSamplesByNameAndByPosition(String kind) {
        Path model = MODELS.resolve("older_shared." + kind);
        Path byName = folder.resolve("by_name.tflite");
        Path byPosition = folder.resolve("by_position.tflite");
        // A warning says that ELU stays in float.
        for (Path file : List.of(byName, byPosition)) {
            Path data = file.equals(byName) ? samples("a", "b") : samples("arr_0", "arr_1");
            assertThat(lithe("convert", model, "-o", file, "-q", "--quantize", "int8", "--calibration", data)
                            .exitCode())
                    .isZero();
        }
        // The files differ in the digest of the data that they record, and in nothing else.
        assertThat(tensors(byPosition)).isEqualTo(tensors(byName));
        answers(byName, 0.05);
    }

    /// All operators and tensors, with their quantization.
    private static String tensors(Path model) {
        return lithe("inspect", model, "--json")
                .succeeds()
                .json()
                .get("subgraphs")
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keras", "h5"})
    void floats(String kind) {
        Path converted = folder.resolve("float.tflite");
        lithe("convert", MODELS.resolve("older_shared." + kind), "-o", converted)
                .succeeds();
        answers(converted, 1e-5);
    }

    /// Runs `model` on the recorded inputs; `bound` is the largest difference, in parts of each output's range.
    private void answers(Path model, double bound) {
        Map<String, Tensor> recorded = Npz.read(MODELS.resolve("older_shared.npz"));
        Path inputs = folder.resolve("inputs.npz");
        Npz.write(inputs, Map.of("a", recorded.get("in_a"), "b", recorded.get("in_b")));
        Path outputs = folder.resolve("outputs.npz");
        lithe("run", model, "--inputs", inputs, "--outputs", outputs, "--force").succeeds();
        Map<String, Tensor> given = Npz.read(outputs);
        assertThat(given).hasSize(5);
        for (int k = 0; k < 5; k++) {
            double[] expected = recorded.get("out_" + k).toDoubles();
            double[] actual = given.get("output_" + k).toDoubles();
            double range = Arrays.stream(expected).max().orElseThrow()
                    - Arrays.stream(expected).min().orElseThrow();
            assertThat(actual).hasSameSizeAs(expected);
            double worst = 0;
            for (int i = 0; i < expected.length; i++) {
                worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
            }
            assertThat(worst / range).as("output " + k).isLessThanOrEqualTo(bound);
        }
    }

    @Test
    void inspectRunAndHelpKnowTheKind() {
        Path model = MODELS.resolve("older_shared.keras");
        assertThat(lithe("inspect", model, "--json")
                        .succeeds()
                        .json()
                        .get("signatures")
                        .toString())
                .contains("\"a\"", "\"b\"");
        assertThat(lithe("convert", "--help").succeeds().out()).contains("SavedModel", ".keras", ".h5", ".pb", ".onnx");
    }
}
