package dev.lithe.operators.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lithe.graph.Metadata;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.Subgraph;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Real files of many tools: what is read, written and read again is the same model.
class TfliteRoundTripTest {
    @TestFactory
    Stream<DynamicTest> everyCorpusFileSurvivesWriting() throws IOException {
        return tfliteFiles("corpus/quantized")
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> assertSurvives(file)));
    }

    @TestFactory
    Stream<DynamicTest> goldenFilesSurviveAndDoNotGrow() throws IOException {
        Path golden = shared().resolve("golden");
        return tfliteFiles("golden")
                .map(file -> DynamicTest.dynamicTest(golden.relativize(file).toString(), () -> {
                    byte[] written = assertSurvives(file);
                    assertThat(written.length).isLessThanOrEqualTo((int) Files.size(file));
                }));
    }

    @Test
    void writingToAFileGivesTheSameBytes(@TempDir Path folder) throws IOException {
        Path file = tfliteFiles("golden").findFirst().orElseThrow();
        Model model = TfliteReader.read(file);

        Path target = folder.resolve("out.tflite");
        TfliteWriter.write(model, target);

        assertThat(target).hasBinaryContent(TfliteWriter.toBytes(model));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(target);
        }
    }

    private static byte[] assertSurvives(Path file) {
        Model model = TfliteReader.read(file);
        byte[] written = TfliteWriter.toBytes(model);
        Model again = TfliteReader.read(MemorySegment.ofArray(written), model.source());

        assertThat(again.description()).isEqualTo(model.description());
        assertThat(again.signatures()).isEqualTo(model.signatures());
        assertThat(again.trailing()).isEqualTo(model.trailing());
        assertThat(otherMetadata(again)).isEqualTo(otherMetadata(model));
        assertThat(again.subgraphs()).hasSameSizeAs(model.subgraphs());
        for (int i = 0; i < model.subgraphs().size(); i++) {
            assertThat(withoutVersions(again.subgraphs().get(i)))
                    .isEqualTo(withoutVersions(model.subgraphs().get(i)));
        }
        assertThat(Arrays.equals(TfliteWriter.toBytes(again), written))
                .as("the same bytes when written again")
                .isTrue();
        return written;
    }

    private static List<Metadata> otherMetadata(Model model) {
        return model.metadata().stream()
                .filter(entry -> !entry.name().equals(RuntimeVersion.METADATA))
                .toList();
    }

    /// Versions are computed anew, and many tools understate them.
    private static Subgraph withoutVersions(Subgraph subgraph) {
        List<Node> nodes = subgraph.nodes().stream()
                .map(node -> node.withCode(node.code().withVersion(1)))
                .map(node -> new Node(
                        new NodeId(0),
                        node.code(),
                        node.options(),
                        node.inputs(),
                        node.outputs(),
                        node.intermediates()))
                .toList();
        return new Subgraph(subgraph.name(), subgraph.tensors(), nodes, subgraph.inputs(), subgraph.outputs());
    }

    private static Path shared() {
        return Path.of(System.getProperty("lithe.shared", "shared"));
    }

    private static Stream<Path> tfliteFiles(String folder) throws IOException {
        Path root = shared().resolve(folder);
        assumeThat(root).isDirectory();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".tflite")).sorted().toList().stream();
        }
    }
}
