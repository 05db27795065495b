package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Subgraph;
import dev.lithe.operators.tflite.TfliteReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/// Version rules against the versions that TensorFlow's converter wrote. Its files with 16-bit activations
/// are left out: the quantizer behind them understates versions.
class VersionsTest {
    private static final Path CASES =
            Path.of(System.getProperty("lithe.shared", "absent"), "conformance", "tensorflow-ops");

    @Test
    void areThoseOfTensorFlow() throws IOException {
        assumeTrue(Files.isDirectory(CASES), "no conformance cases here");
        Map<String, Integer> compared = new TreeMap<>();
        List<String> different = new ArrayList<>();
        try (Stream<Path> zips = Files.list(CASES)) {
            for (Path zip :
                    zips.filter(p -> p.toString().endsWith(".zip")).sorted().toList()) {
                compare(zip, compared, different);
            }
        }
        assertThat(different).isEmpty();
        assertThat(compared.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThan(500);
    }

    private static void compare(Path zip, Map<String, Integer> compared, List<String> different) throws IOException {
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : archive.stream().toList()) {
                if (!entry.getName().endsWith("/tensorflow.tflite")) {
                    continue;
                }
                String name = entry.getName().substring(0, entry.getName().indexOf('/'));
                String mode = new String(read(archive, name + "/case.json"), StandardCharsets.UTF_8);
                if (mode.contains("\"mode\": \"int16x8\"")) {
                    continue;
                }
                Model model = TfliteReader.read(MemorySegment.ofArray(read(archive, entry.getName())), name);
                for (Subgraph subgraph : model.subgraphs()) {
                    for (Node node : subgraph.nodes()) {
                        compare(
                                zip.getFileName() + " " + name,
                                subgraph,
                                node,
                                Operators.of(node),
                                compared,
                                different);
                    }
                }
            }
        }
    }

    private static <O extends Operator> void compare(
            String file, Subgraph graph, Node node, O operator, Map<String, Integer> compared, List<String> different) {
        Operators.definitionOf(operator).ifPresent(definition -> {
            int version = definition.versions().version(operator, new NodeView(graph, node));
            compared.merge(node.code().toString(), 1, Integer::sum);
            if (version != node.code().version()) {
                different.add(file + " " + node.code() + ": " + version + ", not "
                        + node.code().version() + " "
                        + node.inputs().stream()
                                .map(id -> id.isPresent()
                                        ? graph.tensor(id).type() + ""
                                                + graph.tensor(id).declaredShape()
                                        : "-")
                                .toList());
            }
        });
    }

    private static byte[] read(ZipFile archive, String name) throws IOException {
        try (InputStream in = archive.getInputStream(archive.getEntry(name))) {
            return in.readAllBytes();
        }
    }
}
