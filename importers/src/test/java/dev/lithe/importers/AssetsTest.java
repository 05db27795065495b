package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.datasets.Npz;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Model;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.importers.internal.proto.SavedModel;
import dev.lithe.runtime.Interpreter;
import dev.lithe.runtime.PlanOptions;
import dev.lithe.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables that are filled from files beside the graph, made by `src/test/savedmodels/make.py` along with
/// TensorFlow's answers.
class AssetsTest {
    @TempDir
    private Path folder;

    private static Path fixture(String name) {
        return Path.of("src", "test", "savedmodels", name);
    }

    private static Map<String, Tensor> answers(String name) {
        Path path = fixture(name);
        Model model = TestModels.prepared(path);
        try (Interpreter interpreter = Interpreter.of(Runtime.compile(model, PlanOptions.DEFAULT))) {
            return interpreter.run(Npz.read(path.resolve("inputs.npz")));
        }
    }

    @Test
    void aVocabularyOfTensorFlowOne() {
        Tensor expected =
                Npz.read(fixture("session_vocabulary").resolve("outputs.npz")).get("number");
        assertThat(answers("session_vocabulary").get("number").longs()).containsExactly(expected.longs());
    }

    @Test
    void columnsInBothDirections() {
        Map<String, Tensor> expected = Npz.read(fixture("word_list").resolve("outputs.npz"));
        Map<String, Tensor> answers = answers("word_list");
        assertThat(answers.get("number").longs())
                .containsExactly(expected.get("number").longs());
        assertThat(answers.get("word_again").strings())
                .isDeepEqualTo(expected.get("word_again").strings());
    }

    private Path copy(String name) throws IOException {
        try (Stream<Path> files = Files.walk(fixture(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(fixture(name).relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        return folder;
    }

    @Test
    void aFileThatIsMissing() throws IOException {
        Path model = copy("word_list");
        Files.delete(model.resolve("assets/numbers.tsv"));
        assertThatThrownBy(() -> TestModels.raw(model))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContainingAll("numbers.tsv", "is missing", "LQ0150");
    }

    @Test
    void aFileOutsideOfTheModel() throws IOException {
        Path model = copy("word_list");
        Path graph = model.resolve("saved_model.pb");
        SavedModel.Builder builder = SavedModel.parseFrom(Files.readAllBytes(graph)).toBuilder();
        builder.getMetaGraphsBuilder(0).getAssetFileDefBuilder(0).setFilename("../../secret.txt");
        Files.write(graph, builder.build().toByteArray());
        assertThatThrownBy(() -> TestModels.raw(model))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContainingAll("../../secret.txt", "LQ0153");
    }

    @Test
    void aColumnThatIsNoNumber() throws IOException {
        Path model = copy("word_list");
        Files.writeString(model.resolve("assets/numbers.tsv"), "yes\tone\n");
        assertThatThrownBy(() -> TestModels.raw(model))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("line 0 of its file has 'one' instead of a whole number");
    }
}
