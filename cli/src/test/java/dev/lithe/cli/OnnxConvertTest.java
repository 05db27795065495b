package dev.lithe.cli;

import static dev.lithe.cli.CliRun.ROOT;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

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
        assertThat(converted.json().get("bytes").asLong()).isEqualTo(output.toFile().length());
        JsonNode run = lithe("run", output, "--inputs", inputs, "--json").succeeds().json();
        assertThat(run.isObject()).isTrue();
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
