package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real files of many writers, where the folder with them is at hand.
class CorpusTest {

    /// What a file may grow by: constants start at multiples of 16, and where they come to lie is a matter of luck.
    private static final int LUCK = 16;

    @ParameterizedTest
    @ValueSource(strings = {"corpus/quantized", "corpus/source_float_tflite", "golden"})
    void every_file_comes_back_equal_and_no_larger(String name) throws IOException {
        List<Path> files = files(Path.of(System.getProperty("lithe.shared", "absent"), name));
        List<String> faults = new ArrayList<>();
        for (Path file : files) {
            TfliteFile original = TfliteFormat.open(file);
            byte[] written = TfliteFormat.toByteArray(original.model(), original.trailing());
            if (!TfliteFormat.read(MemorySegment.ofArray(written)).equals(original)) {
                faults.add(file + " differs");
            }
            if (written.length > Files.size(file) + LUCK) {
                faults.add(file + " grows from " + Files.size(file) + " to " + written.length);
            }
        }
        assertThat(faults).isEmpty();
    }

    private static List<Path> files(Path folder) throws IOException {
        assumeTrue(Files.isDirectory(folder), folder + " is absent");
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files =
                    all.filter(f -> f.toString().endsWith(".tflite")).sorted().toList();
            assertThat(files).isNotEmpty();
            return files;
        }
    }
}
