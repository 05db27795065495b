package dev.lithe.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import dev.lithe.transforms.internal.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// All passes on real float models.
class FloatPipelineTest {
    private static Path shared(String name) {
        Path path = Path.of(System.getProperty("lithe.shared", "../shared"), name.split("/"));
        assumeTrue(Files.exists(path), name + " of the shared folder");
        return path;
    }

    /// What TensorFlow's converter is done with leaves nothing to do.
    @ParameterizedTest
    @ValueSource(strings = {"kws", "resnet8", "vww96", "ad01", "sww"})
    void leavesAPreparedModelAsItIs(String name) {
        Model model = TfliteReader.read(shared("golden/" + name + "/none/model.tflite"));
        assertThat(FloatPipeline.standard().apply(model)).isSameAs(model);
    }

    @Test
    void keepsEveryModelOfTheCorpusValid() throws IOException {
        try (Stream<Path> files = Files.walk(shared("corpus"), 3)) {
            List<Path> models = files.filter(f -> f.toString().endsWith(".tflite"))
                    .filter(f -> !f.getParent().endsWith("quantized"))
                    .sorted()
                    .toList();
            assertThat(models).isNotEmpty();
            for (Path file : models) {
                Model model = TfliteReader.read(file);
                Model after = GraphValidator.validate(FloatPipeline.standard().apply(model));
                assertThat(FloatPipeline.standard().apply(after)).isSameAs(after);
                assertThat(nodes(after)).isLessThanOrEqualTo(nodes(model));
            }
        }
    }

    /// After every single pass, on random inputs.
    @ParameterizedTest
    @ValueSource(strings = {"kws", "sww", "vit"})
    void everyPassKeepsTheAnswers(String name) {
        Model model = TfliteReader.read(shared("golden/" + name + "/none/model.tflite"));
        Model current = model;
        for (Pass pass : FloatPipeline.standard().passes()) {
            Model next = GraphValidator.validate(pass.apply(current));
            Graphs.assertSameAnswers(current, next);
            current = next;
        }
        assertThat(nodes(current)).isLessThanOrEqualTo(nodes(model));
    }

    private static int nodes(Model model) {
        return model.subgraphs().stream().mapToInt(s -> s.nodes().size()).sum();
    }
}
