package dev.lithe.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All SavedModels of TensorFlow's own operator tests through the converter, each in its mode, against what
/// TensorFlow answers.
class OperatorCasesTest {
    private static final Path CASES =
            Path.of(System.getProperty("lithe.shared", "absent"), "conformance", "tensorflow-ops");

    @TempDir
    static Path folder;

    private static final List<Outcome> OUTCOMES = new ArrayList<>();

    @BeforeAll
    static void run() throws IOException {
        assumeTrue(Files.isDirectory(CASES), "needs ../shared");
        List<String> lines = Files.readAllLines(CASES.resolve("INDEX.tsv"));
        String unpacked = "";
        for (String line : lines.subList(1, lines.size())) {
            OperatorCase one = OperatorCase.of(line, folder);
            if (!one.operator().equals(unpacked)) {
                unpacked = one.operator();
                unzip(CASES.resolve(unpacked + ".zip"), folder.resolve(unpacked));
            }
            OUTCOMES.add(CaseRunner.run(one));
        }
    }

    private static void unzip(Path zip, Path to) throws IOException {
        try (FileSystem archive = FileSystems.newFileSystem(zip);
                Stream<Path> entries = Files.walk(archive.getPath("/"))) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(entry.toString().substring(1));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(entry, target);
                }
            }
        }
    }

    private static List<Outcome> of(Outcome.Kind kind) {
        return OUTCOMES.stream().filter(o -> o.kind() == kind).toList();
    }

    @Test
    void allCasesAreThere() {
        assertThat(OUTCOMES).hasSize(1509);
    }

    @Test
    void whatConvertsAnswersLikeTensorFlow() {
        assertThat(of(Outcome.Kind.WRONG)).isEmpty();
    }

    /// As many of each operator as with TensorFlow's converter, which is allowed custom operators as well here.
    @Test
    void asMuchConvertsAsWithTensorFlow() {
        Map<String, List<Outcome>> byOperator = OUTCOMES.stream()
                .collect(Collectors.groupingBy(o -> o.of().operator(), TreeMap::new, Collectors.toList()));
        byOperator.forEach((operator, some) -> assertThat(some.stream()
                        .filter(o -> o.kind() != Outcome.Kind.REFUSED)
                        .count())
                .as(operator)
                .isGreaterThanOrEqualTo(
                        some.stream().filter(o -> o.of().peerConverts()).count()));
    }

    /// Parsing protocol buffers is nothing that builtin operators can do, nor do they divide INT64 whole.
    @Test
    void hardlyAnythingNeedsCustomOperators() {
        assertThat(of(Outcome.Kind.CUSTOM))
                .extracting(o -> o.of().operator())
                .containsOnly("parse_example", "floor_div")
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void thePageIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("lithe.root"), "docs", "tensorflow-operators.md");
        if (Boolean.getBoolean("lithe.update-docs")) {
            Files.writeString(page, CasesPage.text(OUTCOMES));
        }
        assertThat(page)
                .as("rewrite it: ./mvnw -pl converter -am test -Dtest=OperatorCasesTest "
                        + "-Dsurefire.failIfNoSpecifiedTests=false -Dlithe.update-docs=true")
                .hasContent(CasesPage.text(OUTCOMES));
    }
}
