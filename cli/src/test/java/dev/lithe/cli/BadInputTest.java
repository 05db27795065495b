package dev.lithe.cli;

import static dev.lithe.cli.CliRun.DIGITS;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.operators.tflite.TfliteWriter;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What users give that cannot be converted: each gets its error, exit code 1 and no output file.
class BadInputTest {
    private static final Path SAVED_MODEL = DIGITS.resolve("saved_model");
    private static final Path CALIBRATION = DIGITS.resolve("calibration.npz");
    private static final Shape IMAGES = Shape.of(4, 8, 8, 1);

    @TempDir
    static Path sources;

    @TempDir
    Path folder;

    /// The example as a `.tflite` file.
    private static byte[] tflite;

    @BeforeAll
    static void convertExample() throws IOException {
        Path file = sources.resolve("float.tflite");
        lithe("convert", SAVED_MODEL, "-o", file).succeeds();
        tflite = Files.readAllBytes(file);
    }

    private Path output() {
        return folder.resolve("out/model.tflite");
    }

    /// Converts to an empty folder and checks that it is empty afterwards.
    private CliRun convert(Path model, Object... options) throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        Object[] args = Stream.concat(Stream.of("convert", model, "-o", output()), Arrays.stream(options))
                .toArray();
        CliRun run = lithe(args);
        assertThat(out).isEmptyDirectory();
        CliRun inJson =
                lithe(Stream.concat(Arrays.stream(args), Stream.of("--json")).toArray());
        assertThat(out).isEmptyDirectory();
        assertThat(inJson.exitCode()).isEqualTo(run.exitCode());
        JsonNode error = inJson.json().get("error");
        assertThat(run.err())
                .contains(error.get("code").asString(), error.get("fix").asString());
        return run;
    }

    private CliRun calibrate(Path model, Path data) throws IOException {
        return convert(model, "--quantize", "int8", "--calibration", data);
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private Path npz(String name, Tensor tensor) {
        Path path = folder.resolve("data.npz");
        Npz.write(path, Map.of(name, tensor));
        return path;
    }

    private static Tensor images(float... replaced) {
        float[] pixels = new float[IMAGES.flatSize()];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        System.arraycopy(replaced, 0, pixels, 2 * 64 + 5, replaced.length);
        return Tensor.of(IMAGES, pixels);
    }

    @Test
    void truncatedModel() throws IOException {
        for (int length : new int[] {0, 3, 100, tflite.length / 2, tflite.length - 20_000}) {
            CliRun run = convert(file("cut.tflite", Arrays.copyOf(tflite, length)));
            assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
            assertThat(run.err()).contains("cut.tflite").containsPattern("\\[LQ01\\d\\d]");
        }
    }

    /// A flipped bit is noticed, or it stood in a weight: then the file is written, but nothing crashes.
    @Test
    void flippedBits() throws IOException {
        Random random = new Random(7);
        int noticed = 0;
        for (int i = 0; i < 60; i++) {
            byte[] flipped = tflite.clone();
            int at = i < 40 ? random.nextInt(64) : tflite.length - 1 - random.nextInt(4000);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Path out = folder.resolve("flipped-out.tflite");
            CliRun run = lithe("convert", file("flipped.tflite", flipped), "-o", out);
            assertThat(run.err()).doesNotContain("LQ09");
            if (run.exitCode() != 0) {
                noticed++;
                run.fails(1, run.err().replaceAll("(?s).*\\[(LQ0[1-3]\\d\\d)].*", "$1"));
                assertThat(out).doesNotExist();
            }
            Files.deleteIfExists(out);
        }
        assertThat(noticed).isGreaterThan(20);
    }

    @Test
    void noModelAtAll() throws IOException {
        convert(folder.resolve("nothing")).fails(1, "LQ0156");
        convert(Files.createDirectories(folder.resolve("empty"))).fails(1, "LQ0157");
        convert(file("notes.txt", new byte[] {1, 2, 3})).fails(1, "LQ0354");
    }

    @Test
    void missingVariableShard() throws IOException {
        Path copy = folder.resolve("saved_model");
        Files.createDirectories(copy.resolve("variables"));
        for (String name : List.of("saved_model.pb", "variables/variables.index")) {
            Files.copy(SAVED_MODEL.resolve(name), copy.resolve(name));
        }
        CliRun run = convert(copy);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("variables.data-00000-of-00001").containsPattern("\\[LQ015\\d]");
    }

    @Test
    void dataOfAnotherName() throws IOException {
        Path two = folder.resolve("data.npz");
        Npz.write(two, Map.of("picture", images(), "other", images()));
        assertThat(calibrate(SAVED_MODEL, two).fails(1, "LQ0506").err())
                .contains("picture")
                .contains("image");
    }

    @Test
    void dataOfAnotherTypeOrShape() throws IOException {
        Tensor doubles = Tensor.wrap(TensorType.INT32, IMAGES, QuantizationParameters.NONE, new int[IMAGES.flatSize()]);
        assertThat(calibrate(SAVED_MODEL, npz("image", doubles))
                        .fails(1, "LQ0506")
                        .err())
                .contains("image");
        Tensor narrow = Tensor.of(Shape.of(4, 8, 7, 1), new float[4 * 8 * 7]);
        assertThat(calibrate(SAVED_MODEL, npz("image", narrow))
                        .fails(1, "LQ0506")
                        .err())
                .contains("image")
                .contains("(4, 8, 7, 1)")
                .contains("(?, 8, 8, 1)");
    }

    @Test
    void noData() throws IOException {
        calibrate(SAVED_MODEL, npz("image", Tensor.of(Shape.of(0, 8, 8, 1), new float[0])))
                .fails(1, "LQ0505");
        calibrate(SAVED_MODEL, folder.resolve("nothing.npz")).fails(1, "LQ0501");
    }

    @Test
    void dataThatAreNotFinite() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            String err = calibrate(SAVED_MODEL, npz("image", images(value)))
                    .fails(1, "LQ0507")
                    .err();
            assertThat(err).contains("image").contains("2");
        }
    }

    @Test
    void integerOnlyWithAnOperatorThatCannotBe() throws IOException {
        ModelBuilder builder = new ModelBuilder();
        TensorId x = builder.floats("x", 1, 4);
        TensorId y = builder.floats("y", 1, 4);
        TensorId z = builder.floats("z", 1, 4);
        Model model = builder.node(BuiltinOperator.ROUND, null, List.of(x), y)
                .node(BuiltinOperator.CEIL, null, List.of(y), z)
                .subgraph("main", List.of(x), z)
                .build();
        Path file = folder.resolve("ceil.tflite");
        TfliteWriter.write(model, file);
        Npz.write(folder.resolve("data.npz"), Map.of("x", Tensor.of(Shape.of(3, 1, 4), new float[12])));
        CliRun run = convert(file, "--quantize", "int8", "--integer-only", "--calibration", folder.resolve("data.npz"));
        assertThat(run.fails(1, "LQ0410").err()).contains("ROUND").contains("CEIL");
    }

    @Test
    void quantizedSource() throws IOException {
        Path quantized = sources.resolve("int8.tflite");
        if (!Files.exists(quantized)) {
            lithe("convert", SAVED_MODEL, "-o", quantized, "--quantize", "int8", "--calibration", CALIBRATION);
        }
        for (String mode : List.of("none", "dynamic", "float16", "int8")) {
            CliRun run = convert(quantized, "--quantize", mode, "--calibration", CALIBRATION);
            assertThat(run.fails(1, "LQ0450").err()).contains("int8.tflite").contains("already quantized");
        }
    }

    @Test
    void outputThatCannotBeWritten() throws IOException {
        Path existing = file("existing.tflite", new byte[] {1});
        assertThat(lithe("convert", SAVED_MODEL, "-o", existing)
                        .fails(1, "LQ0602")
                        .err())
                .contains("--force");
        assertThat(existing).hasBinaryContent(new byte[] {1});
        lithe("convert", SAVED_MODEL, "-o", folder).fails(1, "LQ0603");
        lithe("convert", SAVED_MODEL, "-o", folder.resolve("none/model.tflite")).fails(1, "LQ0604");
        lithe("convert", SAVED_MODEL, "-o", existing.resolve("model.tflite")).fails(1, "LQ0604");
    }

    @Test
    void folderThatTakesNoFiles() throws IOException {
        Path closed = Files.createDirectories(folder.resolve("closed"));
        assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "the superuser writes anywhere");
        lithe("convert", SAVED_MODEL, "-o", closed.resolve("model.tflite")).fails(1, "LQ0605");
        assertThat(closed.toFile().setWritable(true)).isTrue();
        assertThat(closed).isEmptyDirectory();
    }
}
