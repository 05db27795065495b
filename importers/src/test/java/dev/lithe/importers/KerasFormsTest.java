package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.Kernels;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The three forms of a Keras model (SavedModel, `.keras`, `.h5`), one model per layer or idiom: each answers as
/// TensorFlow did, and all of them become the same graph. A folder of more cases, as `make_keras_cases.py` writes them,
/// can be given with `-Dlithe.keras.cases`.
class KerasFormsTest {
    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> answersLikeTensorFlow() throws IOException {
        String more = System.getProperty("lithe.keras.cases");
        Path cases = more == null ? TestModels.shared("conformance/keras") : Path.of(more);
        try (Stream<Path> found = Files.list(cases)) {
            return found.sorted().toList().stream()
                    .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> check(path)));
        }
    }

    private void check(Path path) throws IOException {
        Path unpacked = path;
        if (!Files.isDirectory(path)) {
            unpacked = folder.resolve(path.getFileName().toString().replace(".zip", ""));
            TestModels.unzip(path, unpacked);
        }
        Model exported = TestModels.prepared(unpacked.resolve("saved_model"));
        answers(exported, unpacked);
        List<String> graph = GraphForm.of(exported);
        for (String form : List.of("model.keras", "model.h5")) {
            Path file = unpacked.resolve(form);
            // Keras cannot write every model in the older form.
            if (Files.exists(file) || form.equals("model.keras")) {
                Model model = TestModels.prepared(file);
                answers(model, unpacked);
                assertThat(GraphForm.of(model))
                        .as(form + " beside the SavedModel")
                        .isEqualTo(graph);
            }
        }
    }

    private static void answers(Model model, Path folder) throws IOException {
        Map<String, Tensor> arrays = Npz.read(folder.resolve("inputs.npz"));
        // Input layers are numbered as they were made, so by name they come in the order of the arrays.
        List<String> names = model.signatures().getFirst().inputs().keySet().stream()
                .sorted((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
                .toList();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            inputs.put(names.get(i), arrays.get("in_" + i));
        }
        PlanOptions options = PlanOptions.DEFAULT.kernels(Kernels.REFERENCE);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, options))) {
            Map<String, Tensor> outputs = interpreter.run(inputs);
            Npz.read(folder.resolve("outputs.npz"))
                    .forEach((key, expected) ->
                            TestModels.assertClose(outputs.get(key.replace("out_", "output_")), expected, 1e-5));
        }
    }
}
