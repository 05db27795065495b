package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// SavedModels of all of TensorFlow's own operator tests: what comes in is a valid graph, after every pass
/// too, and what does not says which nodes are in the way. What they answer is tested with the converter.
class OperatorCasesTest {
    /// With custom operators everything converts.
    private static final ImportOptions ANYTHING = ImportOptions.DEFAULT.withAllowCustomOps(true);

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> comeInAsValidGraphs() throws IOException {
        try (Stream<Path> zips = Files.list(TestModels.shared("conformance/tensorflow-ops"))) {
            return zips.filter(zip -> zip.toString().endsWith(".zip")).sorted().toList().stream()
                    .map(zip -> DynamicTest.dynamicTest(zip.getFileName().toString(), () -> check(zip)));
        }
    }

    private void check(Path zip) throws IOException {
        Path unpacked = folder.resolve(zip.getFileName().toString());
        Files.createDirectories(unpacked);
        TestModels.unzip(zip, unpacked);
        List<String> refused = new ArrayList<>();
        try (Stream<Path> cases = Files.list(unpacked)) {
            for (Path one : cases.sorted().toList()) {
                if (Files.readString(one.resolve("case.json")).contains("\"mode\": \"float\"")) {
                    try {
                        TestModels.prepared(Importers.load(one, ANYTHING));
                    } catch (UnsupportedException e) {
                        refused.add(one.getFileName() + ": " + e.getMessage());
                    }
                }
            }
        }
        assertThat(refused).isEmpty();
    }
}
