package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.SignatureDef;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Files of Keras 1, 2 and 3 against what TensorFlow answered when `make.py` beside them wrote them.
class KerasVersionsTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> answersLikeTensorFlow() throws IOException {
        String other = System.getProperty("lithe.keras.versions");
        Path folder = other == null ? Path.of("src/test/keras") : Path.of(other);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(h5|keras)")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
        }
    }

    @Test
    void layersThatLaterVersionsDoNotHaveAreNamed() throws IOException {
        String config = """
                {"class_name": "Sequential", "config": [
                  {"class_name": "Convolution2D", "config": {"name": "convolution2d_1", "dim_ordering": "th",
                    "batch_input_shape": [null, 3, 8, 8], "nb_filter": 4, "nb_row": 3, "nb_col": 3}}]}""";
        assertThatThrownBy(() -> TestModels.raw(withConfig("first_sequential.h5", config)))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("'convolution2d_1' has its channels first")
                .hasMessageContaining("LQ0373");
    }

    /// A copy of a file of this folder with another configuration of the same length or shorter.
    private Path withConfig(String name, String config) throws IOException {
        byte[] content = Files.readAllBytes(Path.of("src/test/keras", name));
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("{\"class_name\"");
        int end = text.indexOf("}]}", at) + 3;
        byte[] padded = config.concat(" ".repeat(end - at - config.length())).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(padded, 0, content, at, padded.length);
        return Files.write(folder.resolve(name), content);
    }

    private static void check(Path file) throws IOException {
        Model model = TestModels.prepared(file);
        String name = file.getFileName().toString().replaceAll("\\.[^.]*$", "");
        Map<String, Tensor> arrays = Npz.read(file.resolveSibling(name + ".npz"));
        SignatureDef signature = model.signatures().getFirst();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        signature.inputs().forEach((input, id) -> {
            Tensor array = arrays.get("in_" + input);
            assertThat(array).as("input " + input).isNotNull();
            inputs.put(input, array);
        });
        long wanted =
                arrays.keySet().stream().filter(key -> key.startsWith("out_")).count();
        assertThat(signature.outputs()).hasSize((int) wanted);
        try (Interpreter interpreter =
                Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT.kernels(Kernels.REFERENCE)))) {
            Map<String, Tensor> outputs = interpreter.run(inputs);
            for (int i = 0; i < wanted; i++) {
                Tensor expected = arrays.get("out_" + i);
                Tensor actual = outputs.get("output_" + i);
                try {
                    TestModels.assertClose(actual, TestModels.withType(expected, actual.type()), 1e-5);
                } catch (AssertionError e) {
                    throw new AssertionError("output " + i + " of " + file + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
