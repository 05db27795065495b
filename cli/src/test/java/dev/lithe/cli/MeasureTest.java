package dev.lithe.cli;

import static dev.lithe.cli.CliRun.DIGITS;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `evaluate`, `benchmark`, `calibrate` and `demo` on the bundled example.
class MeasureTest {
    private static final Path SAVED_MODEL = DIGITS.resolve("saved_model");
    private static final Path TEST = DIGITS.resolve("test.npz");

    @TempDir
    static Path models;

    @TempDir
    Path folder;

    private static Path int8;

    @BeforeAll
    static void quantize() {
        int8 = models.resolve("int8.tflite");
        lithe(
                        "convert",
                        SAVED_MODEL,
                        "-o",
                        int8,
                        "--quantize",
                        "int8",
                        "--calibration",
                        DIGITS.resolve("calibration.npz"))
                .succeeds();
    }

    @Test
    void evaluatesAgainstTheFloatModel() {
        JsonNode answer = lithe("evaluate", int8, "--data", TEST, "--against", SAVED_MODEL, "--json")
                .succeeds()
                .json();
        assertThat(answer.get("metric").asString()).isEqualTo("top1");
        assertThat(answer.get("value").asDouble()).isBetween(0.98, 1.0);
        assertThat(answer.get("samples").asInt()).isEqualTo(500);
        // TensorFlow's int8 file agrees on every image and is 46.1 dB away.
        assertThat(answer.get("against").get("agreement").asDouble()).isBetween(0.99, 1.0);
        assertThat(answer.get("against").get("sqnr_db").asDouble()).isBetween(42.0, 52.0);
    }

    @Test
    void whatHasNoMeaningIsNull() {
        JsonNode alone =
                lithe("evaluate", int8, "--data", TEST, "--json").succeeds().json();
        assertThat(alone.get("against").isNull()).isTrue();
        JsonNode same = lithe("evaluate", SAVED_MODEL, "--data", TEST, "--against", SAVED_MODEL, "--json")
                .succeeds()
                .json();
        assertThat(same.get("against").get("agreement").asDouble()).isEqualTo(1.0);
        assertThat(same.get("against").get("sqnr_db").isNull()).isTrue();
    }

    @Test
    void statedBoundsDecideTheExitCode() {
        assertThat(lithe("evaluate", int8, "--data", TEST, "--min-value", "97%").exitCode())
                .isZero();
        CliRun low = lithe("evaluate", int8, "--data", TEST, "--min-value", "0.999");
        assertThat(low.exitCode()).isEqualTo(3);
        assertThat(low.out()).contains("NOT MET").contains("99.90 %");
        assertThat(lithe("evaluate", int8, "--data", TEST, "--max-drop", "1%", "--against", SAVED_MODEL)
                        .exitCode())
                .isZero();
        JsonNode drop = lithe("evaluate", int8, "--data", TEST, "--max-drop", "-1%", "--against", SAVED_MODEL, "--json")
                .json();
        assertThat(drop.get("missed").size()).isEqualTo(1);
        assertThat(drop.get("drop").asDouble()).isGreaterThan(-0.01);
        lithe("evaluate", int8, "--data", TEST, "--max-drop", "1%").fails(2, "LQ0003");
        lithe("evaluate", int8, "--data", TEST, "--min-value", "much").fails(2, "LQ0004");
    }

    @Test
    void saysWhatAnEvaluationLacks() {
        Path unlabelled = folder.resolve("unlabelled.npz");
        Npz.write(unlabelled, Map.of("image", Tensor.of(Shape.of(2, 8, 8, 1), new float[128])));
        lithe("evaluate", int8, "--data", unlabelled).fails(1, "LQ0518");
        lithe("evaluate", int8, "--data", TEST, "--metric", "accuracy").fails(2, "LQ0004");
    }

    @Test
    void benchmarks() throws IOException {
        JsonNode answer = lithe("benchmark", int8, "--profile", "--json").json();
        double median = answer.get("latency").get("median_us").asDouble();
        assertThat(median).isPositive();
        assertThat(answer.get("latency").get("p90_us").asDouble()).isGreaterThanOrEqualTo(median);
        assertThat(answer.get("latency").get("runs").asInt()).isGreaterThanOrEqualTo(50);
        assertThat(answer.get("file_bytes").asLong()).isEqualTo(Files.size(int8));
        assertThat(answer.get("arena_bytes").asLong()).isPositive();
        assertThat(answer.get("threads").asInt()).isEqualTo(1);
        assertThat(answer.get("kernels").asString()).isNotBlank();
        assertThat(answer.get("operators").size()).isEqualTo(19);
        assertThat(lithe("benchmark", int8, "--kernels", "reference").succeeds().out())
                .contains("median", "p90", "p99", "reference");
    }

    /// The tests' virtual machine has no vectors; the launcher starts one that has.
    @Test
    void everyCommandThatRunsAModelTakesTheKindOfKernels() {
        Path image = folder.resolve("image.npz");
        Npz.write(image, Map.of("image", Tensor.of(Shape.of(1, 8, 8, 1), new float[64])));
        List<Object[]> commands = List.of(
                new Object[] {"run", int8, "--inputs", image, "--outputs", folder.resolve("out.npz")},
                new Object[] {"evaluate", int8, "--data", TEST},
                new Object[] {"benchmark", int8},
                new Object[] {"calibrate", SAVED_MODEL, "--data", TEST, "-o", folder.resolve("ranges.json")});
        for (Object[] command : commands) {
            lithe(with(command, "--kernels", "reference")).succeeds();
            lithe(with(command, "--kernels", "auto", "--force")).succeeds();
            lithe(with(command, "--kernels", "simd", "--force")).fails(1, "LQ0340");
            assertThat(lithe(with(command, "--kernels", "fastest")).exitCode()).isEqualTo(2);
        }
    }

    /// Only commands that write files know `--force`.
    private static Object[] with(Object[] command, String... more) {
        boolean writes = Arrays.asList(command).contains("-o") || "run".equals(command[0]);
        return Stream.concat(
                        Arrays.stream(command), Arrays.stream(more).filter(word -> writes || !"--force".equals(word)))
                .toArray();
    }

    @Test
    void asksWhichSignatureIsMeant() {
        ModelBuilder builder = new ModelBuilder();
        for (String key : List.of("first", "second")) {
            TensorId x = builder.floats("x", 1, 4);
            TensorId y = builder.floats("y", 1, 4);
            builder.node(BuiltinOperator.RELU, null, List.of(x), y)
                    .subgraph(key, List.of(x), y)
                    .signature(key, Map.of("x", x), Map.of("y", y));
        }
        Path model = folder.resolve("two.tflite");
        TfliteWriter.write(builder.build(), model);
        assertThat(lithe("benchmark", model).fails(2, "LQ0003").err())
                .contains("first")
                .contains("second");
        lithe("benchmark", model, "--signature", "second").succeeds();
        Path data = folder.resolve("data.npz");
        Npz.write(data, Map.of("x", Tensor.of(Shape.of(1, 4), 1f, -1f, 2f, -2f)));
        Path outputs = folder.resolve("outputs.npz");
        lithe("run", model, "--inputs", data, "--outputs", outputs).fails(1, "LQ0521");
        lithe("run", model, "--inputs", data, "--outputs", outputs, "--signature", "second")
                .succeeds();
        assertThat(Npz.read(outputs).get("y").floats()).containsExactly(1, 0, 2, 0);
    }

    @Test
    void calibratesAndMerges() throws IOException {
        Path all = folder.resolve("all.json");
        Path some = folder.resolve("some.json");
        Path merged = folder.resolve("merged.json");
        Path data = DIGITS.resolve("calibration.npz");
        lithe("calibrate", SAVED_MODEL, "--data", data, "-o", all).succeeds();
        lithe("calibrate", SAVED_MODEL, "--data", data, "--calibration-samples", "150", "-o", some)
                .succeeds();
        JsonNode answer = lithe("calibrate", "--merge", all, some, "-o", merged, "--json")
                .succeeds()
                .json();
        assertThat(answer.get("samples").asInt()).isEqualTo(350);

        JsonNode whole = new ObjectMapper().readTree(Files.readString(all));
        JsonNode joined = new ObjectMapper().readTree(Files.readString(merged));
        assertThat(whole.get("format").asString()).isEqualTo("lithe-ranges/1");
        assertThat(whole.get("tensors").size()).isEqualTo(18);
        whole.get("tensors").properties().forEach(entry -> {
            JsonNode range = joined.get("tensors").get(entry.getKey());
            assertThat(range.get("min")).isEqualTo(entry.getValue().get("min"));
            assertThat(range.get("max")).isEqualTo(entry.getValue().get("max"));
            assertThat(range.get("samples").asInt()).isEqualTo(350);
        });
    }

    @Test
    void calibrateNeedsAModelAndDataOrFilesToMerge() {
        Path out = folder.resolve("ranges.json");
        lithe("calibrate", "-o", out).fails(2, "LQ0003");
        lithe("calibrate", SAVED_MODEL, "-o", out).fails(2, "LQ0003");
        lithe("calibrate", SAVED_MODEL, "--merge", out, "-o", out).fails(2, "LQ0002");
        lithe("calibrate", "--merge", folder.resolve("no.json"), "-o", out).fails(1, "LQ0501");
        assertThat(out).doesNotExist();
    }

    @Test
    void demonstratesEveryMode() throws IOException {
        System.setProperty("lithe.home", CliRun.ROOT.toString());
        JsonNode answer = lithe("demo", "--json").succeeds().json();
        assertThat(answer.get("modes").size()).isEqualTo(7);
        answer.get("modes").forEach(mode -> {
            assertThat(mode.get("value").asDouble()).isBetween(0.98, 1.0);
            assertThat(mode.get("agreement").asDouble()).isBetween(0.99, 1.0);
            double most = switch (mode.get("mode").asString()) {
                case "none" -> 1.0;
                case "float16" -> 0.53;
                default -> 0.30;
            };
            assertThat(mode.get("ratio").asDouble()).isLessThanOrEqualTo(most);
        });
        assertThat(lithe("demo").succeeds().out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
