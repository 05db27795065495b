package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/// Models of one rare operator each, with flipped bits (options, shapes, types): as [DamagedModelsTest], they
/// run or are refused with a typed error. `-Dlithe.damage=N` flips more.
class DamagedOperatorsTest {
    private static final int FLIPS = Integer.getInteger("lithe.damage", 25);
    private static final int CASES = 3;

    /// Some models of each operator, by the name of the case.
    private static Map<String, byte[]> models() throws IOException {
        Path zip = Path.of(System.getProperty("lithe.root"), "operators", "src", "test", "resources", "fixtures")
                .resolve("rare.zip");
        byte[] together = entries(Files.newInputStream(zip)).get("cases.zip");
        Map<String, byte[]> models = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, byte[]> all = entries(new ByteArrayInputStream(together));
        for (Map.Entry<String, byte[]> entry : all.entrySet()) {
            String name = entry.getKey();
            String operator = name.replaceAll("[^A-Z_].*", "");
            if (name.endsWith("/model.tflite")
                    && name.hashCode() % 3 == 0
                    && counts.merge(operator, 1, Integer::sum) <= CASES) {
                models.put(name, entry.getValue());
            }
        }
        return models;
    }

    private static Map<String, byte[]> entries(InputStream archive) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(archive)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    @Test
    @SuppressWarnings("CatchingUnchecked") // whatever is thrown is the finding
    void damageGivesTypedErrorsOrAnswers() throws IOException {
        Map<DamagedFile.Outcome, Integer> outcomes = new EnumMap<>(DamagedFile.Outcome.class);
        StringBuilder faults = new StringBuilder();
        Map<String, byte[]> models = models();
        try (ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory())) {
            models.forEach((name, good) -> {
                Random random = new Random(name.hashCode());
                for (int round = 0; round < FLIPS; round++) {
                    byte[] bad = good.clone();
                    for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
                        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                    try {
                        outcomes.merge(DamagedFile.check(bad, watch).outcome(), 1, Integer::sum);
                    } catch (RuntimeException | Error e) {
                        faults.append(name)
                                .append(' ')
                                .append(round)
                                .append(": ")
                                .append(e);
                        faults.append("\n    at ").append(e.getStackTrace()[0]).append('\n');
                    }
                }
            });
        }
        assertThat(faults.toString()).isEmpty();
        assertThat(models).hasSizeGreaterThan(40);
        assertThat(outcomes).containsKeys(DamagedFile.Outcome.REFUSED, DamagedFile.Outcome.ANSWERED);
    }
}
