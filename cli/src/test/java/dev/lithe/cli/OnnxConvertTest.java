package dev.lithe.cli;

import static dev.lithe.cli.CliRun.ROOT;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ONNX files from the command line, in every mode; their answers are those of onnxruntime.
class OnnxConvertTest {
    private static final Path CASES = ROOT.resolve("importers/src/test/onnx/cases");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "flattened, ''",
        "flattened, --quantize dynamic",
        "flattened, --quantize float16",
        "flattened, --quantize int8 --calibration INPUTS",
        "lstm_forward, ''",
        "lstm_forward, --quantize dynamic",
        "lstm_forward, --quantize float16",
        "lstm_forward, --quantize int8 --calibration INPUTS",
        "quantized_cnn, ''",
        "quantized_cnn, --quantize int8",
    })
    void convertsAndRuns(String name, String options) {
        Path model = CASES.resolve(name).resolve("model.onnx");
        Path inputs = CASES.resolve(name).resolve("inputs.npz");
        Path output = folder.resolve("model.tflite");
        List<Object> words = new ArrayList<>(List.of("convert", model, "-o", output, "--json", "--keep-layout"));
        Arrays.stream(options.split(" "))
                .filter(w -> !w.isEmpty())
                .map(w -> w.equals("INPUTS") ? inputs : w)
                .forEach(words::add);

        CliRun converted = lithe(words.toArray());

        assertThat(converted.exitCode()).as(converted.err()).isZero();
        assertThat(converted.json().get("bytes").asLong())
                .isEqualTo(output.toFile().length());
        Path answers = folder.resolve("answers.npz");
        CliRun run = lithe("run", output, "--inputs", inputs, "--outputs", answers);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Map<String, Tensor> expected = Npz.read(CASES.resolve(name).resolve("outputs.npz"));
        Map<String, Tensor> actual = Npz.read(answers);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        // Eight bits, in a few steps, keep a result to a few hundredths of its range.
        double tolerance = options.isEmpty() && !name.startsWith("quantized") ? 1e-4 : 0.05;
        expected.forEach((key, value) -> {
            double[] wanted = value.toDoubles();
            double most = Arrays.stream(wanted).map(Math::abs).max().orElse(1);
            assertThat(Objects.requireNonNull(actual.get(key)).toDoubles())
                    .containsExactly(wanted, within(tolerance * most));
        });
    }

    @Test
    void whatCannotBeConvertedIsListedAndNothingWritten() throws Exception {
        Path cut = folder.resolve("cut.onnx");
        byte[] whole = Files.readAllBytes(CASES.resolve("flattened/model.onnx"));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Path output = folder.resolve("model.tflite");

        assertThat(lithe("convert", cut, "-o", output).exitCode()).isNotZero();

        assertThat(output).doesNotExist();
    }
}
