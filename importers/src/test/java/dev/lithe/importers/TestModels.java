package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.OperatorValidator;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import dev.lithe.transforms.FloatPipeline;
import dev.lithe.transforms.Pass;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Where test models lie, and how they are prepared.
final class TestModels {
    private TestModels() {}

    /// A file below the shared folder; the test is skipped where it is absent.
    static Path shared(String name) {
        Path path = Path.of(System.getProperty("lithe.shared", "../shared"), name.split("/"));
        assumeTrue(Files.exists(path), name + " of the shared folder");
        return path;
    }

    /// The bundled example.
    static Path digits() {
        return Path.of(System.getProperty("lithe.root", ".."), "examples", "digits");
    }

    static Model raw(Path path) {
        return Importers.load(path, ImportOptions.DEFAULT);
    }

    /// Imported and prepared as before quantization; checked after every pass.
    static Model prepared(Path path) {
        return prepared(raw(path));
    }

    static Model prepared(Model model) {
        Model current = model;
        for (int round = 0; round < 3; round++) {
            for (Pass pass : FloatPipeline.standard().passes()) {
                current = OperatorValidator.validate(GraphValidator.validate(pass.apply(current)));
            }
        }
        Model whole = FloatPipeline.standard().apply(model);
        if (!whole.main().nodes().equals(current.main().nodes())) {
            throw new AssertionError("three rounds of all passes are not what the pipeline gives");
        }
        return whole;
    }

    /// Whether `actual` is `expected` up to `relative` of the expected range.
    static void assertClose(Tensor actual, Tensor expected, double relative) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double[] wanted = expected.toDoubles();
        double high = Arrays.stream(wanted).max().orElse(0);
        double low = Arrays.stream(wanted).min().orElse(0);
        double range = high > low ? high - low : Math.abs(high);
        assertThat(actual.toDoubles()).containsExactly(wanted, within(relative * Math.max(range, 1e-30)));
    }

    /// Whether the reference kernels answer the recorded `inputs.npz` of a Keras case like its `outputs.npz`, within
    /// 1e-5
    /// of the range. The inputs are numbered in the order of `names`.
    static void assertKerasAnswers(Model model, Path folder, List<String> names) throws IOException {
        Map<String, Tensor> arrays = Npz.read(folder.resolve("inputs.npz"));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            inputs.put(names.get(i), arrays.get("in_" + i));
        }
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> outputs = interpreter.run(inputs);
            Npz.read(folder.resolve("outputs.npz"))
                    .forEach((key, expected) ->
                            assertClose(outputs.get(key.replace("out_", "output_")), expected, 1e-5));
        }
    }

    /// `given` as numbers of `type`: some inputs were recorded in the type that NumPy gave them.
    static Tensor withType(Tensor given, TensorType type) {
        if (given.type() == type || given.type() == TensorType.STRING) {
            return given;
        }
        Tensor converted = Tensor.allocate(type, given.shape(), QuantizationParameters.NONE);
        for (int i = 0; i < given.elementCount(); i++) {
            double value = given.elementAsDouble(i);
            switch (converted.array()) {
                case float[] a -> a[i] = (float) value;
                case long[] a -> a[i] = (long) value;
                case int[] a -> a[i] = (int) value;
                case short[] a -> a[i] = (short) value;
                default -> converted.bytes()[i] = (byte) value;
            }
        }
        return converted;
    }

    static void unzip(Path zip, Path to) throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(zip);
                Stream<Path> entries = Files.walk(archive.getPath("/"))) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(entry.toString().substring(1));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
    }
}
