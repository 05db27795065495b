package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        // Input layers are numbered as they were made, so by name they come in the order of the arrays.
        List<String> names = model.signatures().getFirst().inputs().keySet().stream()
                .sorted((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
                .toList();
        TestModels.assertKerasAnswers(model, folder, names);
    }
}
