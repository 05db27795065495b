package dev.lithe.cli;

import static dev.lithe.cli.CliRun.DIGITS;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The bundled example in every mode, beside what TensorFlow made of it (`examples/digits/expected.json`).
class ConvertTest {
    private static final Path SAVED_MODEL = DIGITS.resolve("saved_model");
    private static final Path CALIBRATION = DIGITS.resolve("calibration.npz");

    @TempDir
    Path folder;

    private static JsonNode expected(String mode) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(DIGITS.resolve("expected.json")))
                .get("modes")
                .get(mode);
    }

    private CliRun convert(Path output, Object... options) {
        return lithe(Stream.concat(Stream.of("convert", SAVED_MODEL, "-o", output, "--json"), Arrays.stream(options))
                .toArray());
    }

    private static Object[] options(String words) {
        return words.lines()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .map(word -> word.equals("DATA") ? CALIBRATION : word)
                .toArray();
    }

    private static Map<String, Integer> operators(Path model) {
        Map<String, Integer> counts = new TreeMap<>();
        lithe("inspect", model, "--json")
                .succeeds()
                .json()
                .get("subgraphs")
                .get(0)
                .get("operators")
                .forEach(operator -> counts.merge(operator.get("name").asString(), 1, Integer::sum));
        return counts;
    }

    @ParameterizedTest
    @CsvSource({
        "none, ''",
        "dynamic, --quantize dynamic",
        "float16, --quantize float16",
        "int8, --quantize int8 --calibration DATA",
        "int8_integer_only, --quantize int8 --integer-only --input-type int8 --output-type int8 --calibration DATA",
        "int16x8_integer_only, --quantize int16x8 --integer-only --calibration DATA",
    })
    void givesTheOperatorsTheAccuracyAndNoMoreBytesThanTensorflow(String mode, String options) throws IOException {
        Path output = folder.resolve("model.tflite");
        JsonNode answer = convert(output, options(options)).json();
        JsonNode theirs = expected(mode);

        assertThat(answer.get("output").asString()).isEqualTo(output.toString());
        assertThat(answer.get("bytes").asLong()).isEqualTo(Files.size(output));
        assertThat(Files.size(output)).isLessThanOrEqualTo(theirs.get("bytes").asLong());
        Map<String, Integer> tensorflows = new TreeMap<>();
        theirs.get("operators")
                .properties()
                .forEach(e -> tensorflows.put(e.getKey(), e.getValue().asInt()));
        assertThat(operators(output)).isEqualTo(tensorflows);

        JsonNode evaluation = lithe("evaluate", output, "--data", DIGITS.resolve("test.npz"), "--json")
                .succeeds()
                .json();
        assertThat(evaluation.get("samples").asInt()).isEqualTo(500);
        assertThat(evaluation.get("value").asDouble() * 500)
                .isBetween(
                        theirs.get("correct").asInt() - 2.5,
                        theirs.get("correct").asInt() + 2.5);
    }

    @Test
    void saysWhatItDid() throws IOException {
        Path output = folder.resolve("model.tflite");
        Path explanation = folder.resolve("why.json");
        JsonNode answer = convert(output, "--quantize", "dynamic", "--explain", explanation)
                .succeeds()
                .json();
        assertThat(answer.get("mode").asString()).isEqualTo("dynamic");
        assertThat(answer.get("source_bytes").asLong()).isGreaterThan(Files.size(output));
        assertThat(answer.get("seconds").asDouble()).isPositive();
        assertThat(answer.get("warnings").isArray()).isTrue();
        Map<String, Integer> counts = new TreeMap<>();
        answer.get("operators")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().asInt()));
        assertThat(counts).containsOnlyKeys("int8", "int16x8", "hybrid", "weight_only", "float16", "float32", "other");

        JsonNode reasons =
                new ObjectMapper().readTree(Files.readString(explanation)).get("operators");
        Map<String, Integer> explained = new TreeMap<>();
        reasons.forEach(operator -> {
            explained.merge(operator.get("precision").asString(), 1, Integer::sum);
            assertThat(operator.get("reason").asString()).isNotBlank();
        });
        counts.values().removeIf(count -> count == 0);
        assertThat(explained).isEqualTo(counts);
    }

    @Test
    void printsASummaryThatQuietLeavesOut() {
        Path output = folder.resolve("model.tflite");
        String summary = lithe("convert", SAVED_MODEL, "-o", output).succeeds().out();
        assertThat(summary).contains("model.tflite: ").contains("operators: 17 float32");
        assertThat(lithe("convert", SAVED_MODEL, "-o", output, "--force", "-q")
                        .succeeds()
                        .out())
                .isEmpty();
    }

    @Test
    void sameInputGivesTheSameBytesAtAnyThreadCount() throws IOException {
        List<Path> files = List.of(folder.resolve("a.tflite"), folder.resolve("b.tflite"));
        convert(files.get(0), options("--quantize int8 --calibration DATA"));
        convert(files.get(1), options("--quantize int8 --calibration DATA --threads 2"));
        assertThat(Files.readAllBytes(files.get(0))).isEqualTo(Files.readAllBytes(files.get(1)));
    }

    @Test
    void savedRangesGiveTheSameModelAsTheData() throws IOException {
        Path ranges = folder.resolve("ranges.json");
        lithe("calibrate", SAVED_MODEL, "--data", CALIBRATION, "-o", ranges).succeeds();
        Path one = folder.resolve("one.tflite");
        Path two = folder.resolve("two.tflite");
        convert(one, options("--quantize int8 --calibration DATA"));
        convert(two, "--quantize", "int8", "--ranges", ranges);
        assertThat(subgraphs(two)).isEqualTo(subgraphs(one));
    }

    private static JsonNode subgraphs(Path model) {
        return lithe("inspect", model, "--json").json().get("subgraphs");
    }

    @Test
    void excludedOperatorsAndLayersStayInFloat() {
        Path output = folder.resolve("model.tflite");
        JsonNode answer = convert(
                        output,
                        options("--quantize int8 --calibration DATA --exclude-op SOFTMAX --exclude-layer hidden"))
                .json();
        assertThat(answer.get("operators").get("float32").asInt()).isEqualTo(2);
        assertThat(answer.get("warnings").toString()).contains("2 of 17 operators");
        JsonNode unknown = convert(output, "--force", "--exclude-op", "LSTM", "--exclude-layer", "nowhere")
                .json();
        assertThat(unknown.get("warnings").toString()).contains("LSTM").contains("nowhere");
    }

    @Test
    void warnsWhereAUserWouldBeSurprised() {
        Path output = folder.resolve("model.tflite");
        assertThat(lithe("convert", SAVED_MODEL, "-o", output, "--quantize", "int8", "--calibration", "random:3")
                        .err())
                .contains("warning: ")
                .contains("RANDOM")
                .contains("3 samples");
        assertThat(convert(output, options("--force --quantize int8 --integer-only --calibration DATA"))
                        .json()
                        .get("warnings")
                        .toString())
                .contains("--input-type int8 --output-type int8");
        assertThat(convert(output, options("--force --quantize float16 --calibration DATA"))
                        .json()
                        .get("warnings")
                        .toString())
                .contains("had no effect");
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        convert(out.resolve("model.tflite"), "--explain", out.resolve("why.json"));
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.tflite", "why.json");
        }
    }
}
