package dev.lithe.cli;

import static dev.lithe.cli.CliRun.DIGITS;
import static dev.lithe.cli.CliRun.lithe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunTest {
    private static final Path SAVED_MODEL = DIGITS.resolve("saved_model");

    @TempDir
    Path folder;

    private Path outputs() {
        return folder.resolve("out.npz");
    }

    private static Tensor images() {
        return Npz.read(DIGITS.resolve("test.npz")).get("image");
    }

    private Path inputs(Tensor images) {
        Path path = folder.resolve("in.npz");
        Npz.write(path, Map.of("image", images));
        return path;
    }

    /// TensorFlow's float outputs for the first 32 images.
    private static Tensor expected() {
        return Npz.read(DIGITS.resolve("expected_outputs.npz")).get("output_0");
    }

    private static void assertClose(Tensor ours, Tensor theirs) {
        assertThat(ours.shape()).isEqualTo(theirs.shape());
        for (int i = 0; i < theirs.elementCount(); i++) {
            assertThat(ours.floats()[i]).isCloseTo(theirs.floats()[i], within(1e-6f));
        }
    }

    @Test
    void answersAsTensorflowDoes() {
        Tensor first = Tensor.of(Shape.of(32, 8, 8, 1), Arrays.copyOf(images().floats(), 32 * 64));
        JsonNode answer = lithe("run", SAVED_MODEL, "--inputs", inputs(first), "--outputs", outputs(), "--json")
                .succeeds()
                .json();
        assertThat(answer.get("outputs").get(0).get("name").asString()).isEqualTo("output_0");
        assertClose(Npz.read(outputs()).get("output_0"), expected());
    }

    @Test
    void runsOneInferenceForEachLeadingIndex() {
        Tensor first = Tensor.of(Shape.of(32, 8, 8, 1), Arrays.copyOf(images().floats(), 32 * 64));
        lithe("run", SAVED_MODEL, "--inputs", inputs(first), "--outputs", outputs(), "--batch-axis")
                .succeeds();
        assertClose(Npz.read(outputs()).get("output_0"), expected());
        Tensor stacked = first.withShape(Shape.of(32, 1, 8, 8, 1));
        lithe("run", SAVED_MODEL, "--inputs", inputs(stacked), "--outputs", outputs(), "--batch-axis", "--force")
                .succeeds();
        assertClose(Npz.read(outputs()).get("output_0"), expected().withShape(Shape.of(32, 1, 10)));
    }

    @Test
    void quantizesAndDequantizesAtAnIntegerEdge() {
        Path model = folder.resolve("int8.tflite");
        lithe(
                        "convert",
                        SAVED_MODEL,
                        "-o",
                        model,
                        "--quantize",
                        "int8",
                        "--integer-only",
                        "--input-type",
                        "int8",
                        "--output-type",
                        "int8",
                        "--calibration",
                        DIGITS.resolve("calibration.npz"))
                .succeeds();
        Path test = DIGITS.resolve("test.npz");
        lithe("run", model, "--inputs", test, "--outputs", outputs()).succeeds();
        Tensor raw = Npz.read(outputs()).get("output_0");
        assertThat(raw.type()).isEqualTo(TensorType.INT8);
        lithe("run", model, "--inputs", test, "--outputs", outputs(), "--dequantize", "--force")
                .succeeds();
        Tensor real = Npz.read(outputs()).get("output_0");
        assertThat(real.type()).isEqualTo(TensorType.FLOAT32);
        for (int i = 0; i < raw.elementCount(); i++) {
            // The scale of a softmax is 1/256 and its zero point -128, always.
            assertThat(real.floats()[i]).isEqualTo((raw.bytes()[i] + 128) / 256f);
        }
    }

    @Test
    void saysWhatDoesNotFit() {
        Path wrong = folder.resolve("wrong.npz");
        Npz.write(wrong, Map.of("picture", images()));
        assertThat(lithe("run", SAVED_MODEL, "--inputs", wrong, "--outputs", outputs())
                        .fails(1, "LQ0520")
                        .err())
                .contains("picture")
                .contains("image");
        Tensor narrow = Tensor.of(Shape.of(8, 8), new float[64]);
        lithe("run", SAVED_MODEL, "--inputs", inputs(narrow), "--outputs", outputs())
                .fails(1, "LQ0520");
        lithe("run", SAVED_MODEL, "--inputs", inputs(narrow), "--outputs", outputs(), "--batch-axis")
                .fails(1, "LQ0525");
        lithe("run", SAVED_MODEL, "--inputs", folder.resolve("no.npz"), "--outputs", outputs())
                .fails(1, "LQ0501");
        lithe("run", SAVED_MODEL, "--inputs", inputs(images()), "--outputs", outputs(), "--signature", "train")
                .fails(1, "LQ0521");
        assertThat(outputs()).doesNotExist();
    }
}
