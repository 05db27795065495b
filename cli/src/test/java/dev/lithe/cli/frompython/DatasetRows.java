package dev.lithe.cli.frompython;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.Converted;
import dev.lithe.Converter;
import dev.lithe.Models;
import dev.lithe.Quantization;
import dev.lithe.datasets.DataSource;
import dev.lithe.datasets.Dataset;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Representative datasets, line by line.
@SuppressWarnings("unused") // called by name
final class DatasetRows {
    private final Folder folder;
    private final List<Tensor> images;

    DatasetRows(Folder folder) {
        this.folder = folder;
        images = readImages();
    }

    private Path path(String name) {
        return folder.path(name);
    }

    private List<Tensor> readImages() {
        float[] all = Npz.read(path("samples.npz")).get("image").floats();
        return IntStream.range(0, 200)
                .mapToObj(i -> Tensor.of(Shape.of(1, 8, 8, 1), Arrays.copyOfRange(all, i * 64, (i + 1) * 64)))
                .toList();
    }

    private Converted convert(DataSource data) {
        return Converter.of(Models.open(path("saved_model")))
                .quantize(Quantization.int8())
                .calibrate(data)
                .convert();
    }

    /// Ranges are what data are for; the digest of the data, which is in the file too, differs from form to form.
    private void check(DataSource data) {
        assertThat(scales(convert(data))).isEqualTo(scales(convert(Dataset.npz(path("samples.npz")))));
    }

    private static Map<String, QuantizationParameters> scales(Converted converted) {
        return converted.model().main().tensors().values().stream()
                .filter(spec -> spec.constant() == null)
                .collect(Collectors.toMap(TensorSpec::name, TensorSpec::quantization));
    }

    @Python(
            value = {"def representative_dataset():", "  for image in images:", "    yield {\"image\": image}"},
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --calibration samples.npz",
            note =
                    "On the command line: an .npz with a key for each input, samples on the leading axis; 500 at most unless"
                            + " `--calibration-samples` says more.")
    void byName() {
        DataSource data = Dataset.samples(
                images.stream().map(image -> Map.of("image", image)).toList());

        check(data);
    }

    @Python({"def representative_dataset():", "  for image in images:", "    yield [image]"})
    void byPosition() {
        DataSource data = Dataset.positional(images.stream().map(List::of).toList());

        check(data);
    }

    @Python({
        "def representative_dataset():",
        "  for image in images:",
        "    yield \"serving_default\", {\"image\": image}"
    })
    void bySignature() {
        DataSource samples = Dataset.samples(
                images.stream().map(image -> Map.of("image", image)).toList());
        DataSource data = Dataset.bySignature(Map.of("serving_default", samples));

        check(data);
    }

    @Python(
            value = {"for _ in range(100):", "  yield [np.random.rand(1, 8, 8, 1).astype(np.float32)]"},
            shell = "lithe convert saved_model -o model.tflite --quantize int8 --calibration random:100",
            note = "Good for size and latency only, and said so.")
    Converted random() {
        DataSource data = Dataset.random(100, 0);

        Converted converted = convert(data);
        assertThat(converted.warnings()).anyMatch(warning -> warning.contains("RANDOM DATA"));
        return converted;
    }
}
