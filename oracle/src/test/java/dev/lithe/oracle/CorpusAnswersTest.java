package dev.lithe.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.oracle.CorpusEntry.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of the corpus, at each of its entries, on seeded values: what the official runtime's reference kernels
/// answer is what ours answer. A page lists the outcome.
class CorpusAnswersTest {
    private static final Path PAGE =
            Path.of(System.getProperty("lithe.root", "..")).resolve("docs").resolve("corpus.md");
    private static final double FLOAT = 1e-5;

    /// The official runtime's optimized kernels round differently; they are asked only where it has no reference
    /// kernel.
    private static final double OPTIMIZED_STEPS = 2;

    /// Only XNNPACK has kernels for blockwise weights; `BlockwiseTest` in module `runtime` compares with those.
    private static final Set<String> BLOCKWISE = Set.of("LiteRT__qwen_fc_blockwise_quantized.tflite");

    private static final Map<CorpusEntry, Outcome> OUTCOMES = new LinkedHashMap<>();

    private static RememberingOracle oracle;

    @BeforeAll
    static void open() {
        oracle = new RememberingOracle();
    }

    @AfterAll
    static void close() {
        oracle.close();
    }

    static List<CorpusEntry> entries() throws IOException {
        List<CorpusEntry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(Shared.path("corpus/quantized"))) {
            files.filter(file -> file.toString().endsWith(".tflite"))
                    .sorted()
                    .forEach(file -> entries.addAll(CorpusEntry.of(file)));
        }
        return entries;
    }

    @ParameterizedTest
    @MethodSource("entries")
    void ourReferenceKernelsAnswerAsTheOfficialOnes(CorpusEntry entry) throws IOException {
        switch (outcome(entry)) {
            case Outcome.Compared compared
            when BLOCKWISE.contains(entry.name()) ->
                assertThat(compared.digests()).isNotEmpty();
            case Outcome.Compared compared
            when !otherAnswers(entry).isEmpty() ->
                assertThat(compared.digests()).isEqualTo(otherAnswers(entry));
            case Outcome.Compared compared ->
                assertThat(compared.outputs().values())
                        .allSatisfy(difference -> assertThat(difference.largest())
                                .isLessThanOrEqualTo(bound(compared.kernels(), difference)));
            case Outcome.Refused refused ->
                assertThat(refused.ours()).as(refused.theirs().describe()).isNotNull();
            case Outcome.Missing missing -> throw missing.ours();
        }
    }

    @Test
    void theWalkFoundAllFiles() throws IOException {
        Set<String> files = new TreeSet<>();
        entries().forEach(entry -> files.add(entry.name()));

        assertThat(files).hasSizeGreaterThanOrEqualTo(282);
    }

    @Test
    void thePageSaysSo() throws IOException {
        Map<CorpusEntry, CorpusPage.Judge> judges = new HashMap<>();
        for (CorpusEntry entry : entries()) {
            judges.put(entry, judge(entry));
        }
        String page = CorpusPage.of(outcomes(), judges);
        if (Boolean.getBoolean("lithe.update-docs")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("stale: run with -Dlithe.update-docs=true").hasContent(page);
    }

    private static CorpusPage.Judge judge(CorpusEntry entry) throws IOException {
        return BLOCKWISE.contains(entry.name())
                ? CorpusPage.Judge.XNNPACK
                : otherAnswers(entry).isEmpty() ? CorpusPage.Judge.JAVA : CorpusPage.Judge.PYTHON;
    }

    private static Map<CorpusEntry, Outcome> outcomes() throws IOException {
        Map<CorpusEntry, Outcome> outcomes = new LinkedHashMap<>();
        for (CorpusEntry entry : entries()) {
            outcomes.put(entry, outcome(entry));
        }
        return outcomes;
    }

    private static Outcome outcome(CorpusEntry entry) {
        return OUTCOMES.computeIfAbsent(entry, fresh -> fresh.run(oracle));
    }

    private static double bound(OracleKernels kernels, Difference difference) {
        if (!difference.steps()) {
            return FLOAT;
        }
        // Of what a DEQUANTIZE made the quotient by the scale is not exact.
        return kernels == OracleKernels.REFERENCE ? 0 : OPTIMIZED_STEPS + 1e-4;
    }

    /// What TensorFlow's Python build answered (`make_other_answers.py`): call, output, digest.
    private static List<String> otherAnswers(CorpusEntry entry) throws IOException {
        String start = entry.name() + " " + entry.open() + " ";
        try (InputStream in =
                Objects.requireNonNull(CorpusAnswersTest.class.getResourceAsStream("/other_answers.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .map(line -> line.substring(start.length()))
                    .toList();
        }
    }
}
