package dev.lithe.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.Models;
import dev.lithe.datasets.Npz;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorSpec;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import dev.lithe.schema.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Trained models of the corpus come in, and answer what TensorFlow (or, for `.tflite`, the official runtime)
/// answered when `sources/make.py` asked it.
class SourcesTest {
    private static final Path CORPUS = Path.of(System.getProperty("lithe.shared", "../shared"), "corpus");
    private static final Path ANSWERS =
            Path.of(System.getProperty("lithe.root"), "converter/src/test/resources/sources");
    /// Of the output's range, end to end; more only where TensorFlow's own file is farther from TensorFlow.
    private static final double BOUND = 1e-4;

    @TestFactory
    Stream<DynamicTest> answersLikeItsSource() throws IOException {
        assumeTrue(Files.isDirectory(CORPUS), "needs ../shared");
        try (Stream<Path> files = Files.list(ANSWERS)) {
            List<Path> answers = files.filter(file -> file.toString().endsWith(".npz"))
                    .sorted()
                    .toList();
            assertThat(answers).hasSize(19);
            return answers.stream()
                    .map(file -> DynamicTest.dynamicTest(name(file), () -> check(source(name(file)), file)));
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".npz", "");
    }

    private static Path source(String name) throws IOException {
        if (name.startsWith("float_tflite_")) {
            return CORPUS.resolve("source_float_tflite/" + name.substring("float_tflite_".length()) + ".tflite");
        }
        Path folder = CORPUS.resolve("source").resolve(name);
        if (Files.exists(folder.resolve("saved_model.pb"))) {
            return folder;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static void check(Path source, Path answers) {
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(Models.open(source), PlanOptions.DEFAULT))) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            int number = 0;
            for (String input : new TreeSet<>(interpreter.inputs().keySet())) {
                TensorSpec spec = interpreter.inputs().get(input);
                inputs.put(input, fill(spec.type(), spec.shape(), number++));
            }
            Map<String, Tensor> outputs = interpreter.run(inputs);
            compare(outputs, Npz.read(answers));
        }
    }

    private static void compare(Map<String, Tensor> outputs, Map<String, Tensor> expected) {
        expected.forEach((key, array) -> {
            if (key.contains("#")) {
                return;
            }
            int step = (int) expected.get(key + "#step").elementAsDouble(0);
            double range = expected.get(key + "#range").elementAsDouble(0);
            Tensor noise = expected.get(key + "#noise");
            double bound = Math.max(BOUND * range, noise == null ? 0 : noise.elementAsDouble(0));
            assertThat(outputs).containsKey(key);
            Tensor actual = outputs.get(key);
            assertThat((actual.elementCount() + step - 1) / step).isEqualTo(array.elementCount());
            for (int i = 0; i < array.elementCount(); i++) {
                assertThat(Math.abs(actual.elementAsDouble(i * step) - array.elementAsDouble(i)))
                        .as("%s[%d]", key, i * step)
                        .isLessThanOrEqualTo(bound);
            }
        });
    }

    /// What `fill` in make.py computes: floats in [-1, 1), integers in [0, 100).
    private static Tensor fill(TensorType type, Shape shape, int number) {
        int count = Math.toIntExact(shape.elementCount());
        double[] unit = new double[count];
        for (int i = 0; i < count; i++) {
            unit[i] = ((i * 2654435761L + number * 40503L + 12345L) & 0xFFFFFFFFL) / 4294967296.0;
        }
        if (type == TensorType.INT32) {
            int[] values = new int[count];
            for (int i = 0; i < count; i++) {
                values[i] = (int) Math.floor(unit[i] * 100);
            }
            return Tensor.of(shape, values);
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * unit[i] - 1);
        }
        return Tensor.of(shape, values);
    }
}
