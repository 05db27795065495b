package dev.lithe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.OutputException;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.quantizer.Precision;
import dev.lithe.runtime.Interpreter;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The programs of the documentation, run on the bundled example.
class JavaExampleTest {
    private static final Path DIGITS = Path.of(System.getProperty("lithe.root"), "examples/digits");

    @TempDir
    Path folder;

    private static Model open() {
        return Models.open(DIGITS.resolve("saved_model"));
    }

    private static float[] testImages(int count) {
        return Arrays.copyOf(Npz.read(DIGITS.resolve("test.npz")).get("image").floats(), count * 64);
    }

    @Test
    void convertsAndRuns() {
        Model model = Models.open(DIGITS.resolve("saved_model"));
        Converted small = Converter.of(model)
                .quantize(Quantization.int8().integerOnly())
                .calibrate(Dataset.npz(DIGITS.resolve("calibration.npz")))
                .convert();
        Path file = folder.resolve("model.tflite");
        small.write(file);
        assertThat(file).hasSize(small.size());
        assertThat(small.size()).isLessThan(612_892 * 30 / 100); // of TensorFlow's float file
        assertThat(small.warnings()).anyMatch(warning -> warning.contains("--input-type int8"));
        assertThat(small.operators()).containsEntry(Precision.INT8, 17).containsEntry(Precision.FLOAT32, 0);

        int[] shape = {32, 8, 8, 1};
        float[] floats = testImages(32);
        try (var interpreter = Interpreter.open(file)) {
            Map<String, Tensor> out = interpreter.run(Map.of("image", Tensor.of(shape, floats)));
            Tensor expected = Npz.read(DIGITS.resolve("expected_outputs.npz")).get("output_0");
            for (int i = 0; i < expected.elementCount(); i++) {
                assertThat(out.get("output_0").floats()[i]).isCloseTo(expected.floats()[i], within(0.1f));
            }
        }
    }

    @Test
    void takesSamplesInEveryForm() {
        List<Tensor> images = IntStream.range(0, 100)
                .mapToObj(
                        i -> Tensor.of(Shape.of(1, 8, 8, 1), Arrays.copyOfRange(testImages(100), i * 64, (i + 1) * 64)))
                .toList();
        Quantization int8 = Quantization.int8();
        List<byte[]> files = List.of(
                Converter.of(open())
                        .quantize(int8)
                        .calibrate(Dataset.samples(
                                images.stream().map(i -> Map.of("image", i)).toList()))
                        .convert()
                        .bytes(),
                Converter.of(open())
                        .quantize(int8)
                        .calibrate(
                                Dataset.positional(images.stream().map(List::of).toList()))
                        .convert()
                        .bytes());
        assertThat(weightsAndScales(files.get(1))).isEqualTo(weightsAndScales(files.get(0)));
    }

    private Object weightsAndScales(byte[] file) {
        return TfliteReader.read(java.lang.foreign.MemorySegment.ofArray(file), "m")
                .main();
    }

    @Test
    void tellsWhereTheFileComesFrom() {
        Converted converted = Converter.of(open())
                .quantize(Quantization.int16x8().perTensor())
                .calibrate(Dataset.random(5, 1))
                .convert();
        Metadata provenance = converted.model().metadata("lithe.provenance").orElseThrow();
        assertThat(new String(provenance.content().toArray(), StandardCharsets.UTF_8))
                .matches("\\{\"lithe\":\"[0-9.]+\",\"quantize\":\"int16x8\",\"per_tensor\":true,"
                        + "\"data\":\"sha256:[0-9a-f]{64}\"}");
        assertThat(converted.warnings()).anyMatch(warning -> warning.contains("RANDOM"));
    }

    @Test
    void metadataAndAppendedFilesOfTheSourceSurvive() throws IOException {
        Model plain = open();
        Model described =
                plain.withMetadata(List.of(new Metadata("labels", dev.lithe.schema.Bytes.of(new byte[] {1, 2, 3}))));
        Path source = folder.resolve("source.tflite");
        Converter.of(described).convert().write(source);
        byte[] appended = "appended".getBytes(StandardCharsets.UTF_8);
        Files.write(source, appended, java.nio.file.StandardOpenOption.APPEND);

        Path target = folder.resolve("target.tflite");
        Converter.of(Models.open(source))
                .quantize(Quantization.dynamic())
                .convert()
                .write(target);
        Model converted = Models.read(target);
        assertThat(converted.metadata("labels").orElseThrow().content().toArray())
                .containsExactly(1, 2, 3);
        assertThat(converted.trailing().toArray()).isEqualTo(appended);
        assertThat(converted.metadata("CONVERSION_METADATA")).isPresent();
    }

    @Test
    void float16SaysWhatAcceleratorsMayDo() {
        Model converted =
                Converter.of(open()).quantize(Quantization.float16()).convert().model();
        assertThat(converted
                        .metadata("reduced_precision_support")
                        .orElseThrow()
                        .content()
                        .toArray())
                .isEqualTo("fp16accfp32".getBytes(StandardCharsets.US_ASCII));
    }

    /// float16 is exact on what was float16 before: the second conversion changes no weight.
    @Test
    void aFloat16SourceGivesTheSameFloat16Model() {
        Path first = folder.resolve("first.tflite");
        Converter.of(open()).quantize(Quantization.float16()).convert().write(first);
        Model second = Converter.of(Models.open(first))
                .quantize(Quantization.float16())
                .convert()
                .model();
        assertThat(TensorType.FLOAT16)
                .isIn(second.main().tensors().values().stream()
                        .map(t -> t.type())
                        .toList());
        assertThat(second.main().nodes())
                .hasSameSizeAs(Models.read(first).main().nodes());
    }

    @Test
    void refusesToOverwriteAndToGuess() {
        Path file = folder.resolve("model.tflite");
        Converted converted = Converter.of(open()).convert();
        converted.write(file);
        assertThatExceptionOfType(OutputException.class).isThrownBy(() -> converted.write(file));
        converted.write(file, true);
        assertThatExceptionOfType(QuantizationException.class)
                .isThrownBy(
                        () -> Converter.of(open()).quantize(Quantization.int8()).convert())
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0404"));
        assertThatExceptionOfType(QuantizationException.class)
                .isThrownBy(() -> Converter.of(open())
                        .quantize(Quantization.float16().inputType(TensorType.INT8))
                        .convert())
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0401"));
        assertThatExceptionOfType(QuantizationException.class)
                .isThrownBy(() -> {
                    Path quantized = folder.resolve("int8.tflite");
                    Converter.of(open())
                            .quantize(Quantization.int8())
                            .calibrate(Dataset.random(1, 1))
                            .convert()
                            .write(quantized);
                    Models.open(quantized);
                })
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0450"));
    }
}
