package dev.lithe.operators.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lithe.graph.Model;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// TensorFlow 2.21's own files: operator versions and the runtime version that we compute are those that it
/// wrote. (Its older quantizer, which makes the 16-bit files, and other tools understate them.)
class OperatorVersionsTest {
    private static final List<String> MODELS =
            List.of("ad01", "bert", "kws", "resnet8", "sww", "vit", "vitout", "vww96");
    private static final List<String> MODES =
            List.of("none", "dynamic", "float16", "full", "int8", "uint8", "int8_pertensor");

    @TestFactory
    List<DynamicTest> versionsAreThoseOfTensorFlow() throws IOException {
        Path golden = Path.of(System.getProperty("lithe.shared", "shared"), "golden");
        assumeThat(golden).isDirectory();
        List<DynamicTest> tests = new ArrayList<>();
        for (String model : MODELS) {
            for (String mode : MODES) {
                Path file = golden.resolve(model).resolve(mode).resolve("model.tflite");
                if (Files.exists(file)) {
                    tests.add(DynamicTest.dynamicTest(model + "/" + mode, () -> check(file)));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(40);
        return tests;
    }

    private static void check(Path file) {
        Model theirs = TfliteReader.read(file);
        Model ours = TfliteReader.read(MemorySegment.ofArray(TfliteWriter.toBytes(theirs)), "ours");

        assertThat(versions(ours)).isEqualTo(versions(theirs));
        assertThat(runtimeVersion(ours)).isEqualTo(runtimeVersion(theirs));
    }

    private static Map<String, Integer> versions(Model model) {
        Map<String, Integer> versions = new TreeMap<>();
        model.subgraphs()
                .forEach(subgraph -> subgraph.nodes()
                        .forEach(node ->
                                versions.put(node.code().toString(), node.code().version())));
        return versions;
    }

    private static String runtimeVersion(Model model) {
        byte[] content =
                model.metadata(RuntimeVersion.METADATA).orElseThrow().content().toArray();
        return new String(content, StandardCharsets.US_ASCII).trim();
    }
}
