package dev.lithe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.Model;
import dev.lithe.operators.tflite.TfliteReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models with flipped bytes either run or are refused with a typed error, in little memory.
class DamagedModelsTest {
    private static final PlanOptions LITTLE = PlanOptions.DEFAULT.memoryLimit(64 << 20);

    @ParameterizedTest
    @ValueSource(strings = {"kws/int8", "sww/dynamic", "resnet8/16x8_strict", "ad01/float16"})
    void damageGivesTypedErrorsOrResults(String name) throws IOException {
        Path file = Path.of(System.getProperty("lithe.shared", "shared"), "golden", name, "model.tflite");
        assumeThat(file).exists();
        byte[] good = Files.readAllBytes(file);
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int round = 0; round < 150; round++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                // Tables stand at the front and at the back of a file, weights in between.
                int place = random.nextInt(Math.min(bad.length, 12_000));
                bad[random.nextBoolean() ? place : bad.length - 1 - place] ^= (byte) (1 << random.nextInt(8));
            }
            refused += runs(bad) ? 0 : 1;
        }
        assertThat(refused).isBetween(1, 149);
    }

    private static boolean runs(byte[] file) {
        try {
            Model model = TfliteReader.read(MemorySegment.ofArray(file), "damaged.tflite");
            Runtime.compile(model, LITTLE).newContext().run();
            return true;
        } catch (LitheException e) {
            assertThat(e.code()).matches("LQ\\d{4}");
            return false;
        }
    }
}
