package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lithe.graph.LitheException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged graphs with loops, branches, variables and tables: errors that say what is wrong, and nothing else.
class DamagedGraphsTest {
    private static final int FLIPS = 150;
    private static final int CUTS = 40;

    @TempDir
    private Path folder;

    private void copy(Path from) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
    }

    /// Whether loading fails, which it may only do in one way.
    private static boolean fails(Path model, String what) {
        Throwable thrown = catchThrowable(() -> Importers.load(model, ImportOptions.DEFAULT));
        if (thrown != null) {
            assertThat(thrown).as(what).isInstanceOf(LitheException.class);
        }
        return thrown != null;
    }

    private void check(Path file, Path model) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(7);
        int found = 0;
        for (int i = 0; i < FLIPS; i++) {
            int at = random.nextInt(whole.length);
            int bit = random.nextInt(8);
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << bit);
            Files.write(file, damaged);
            found += fails(model, "bit " + bit + " of byte " + at) ? 1 : 0;
        }
        for (int i = 0; i < CUTS; i++) {
            int length = whole.length * i / CUTS;
            Files.write(file, Arrays.copyOf(whole, length));
            found += fails(model, "the first " + length + " bytes") ? 1 : 0;
        }
        assertThat(found).isGreaterThan(CUTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"counters", "tables", "session_counter"})
    void savedModels(String name) throws IOException {
        copy(Path.of("src", "test", "savedmodels", name));
        check(folder.resolve("saved_model.pb"), folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nested_loops", "branches", "arrays"})
    void frozenGraphs(String name) throws IOException {
        Path file = Files.copy(Path.of("src", "test", "frozen", name + ".pb"), folder.resolve("model.pb"));
        check(file, file);
    }
}
