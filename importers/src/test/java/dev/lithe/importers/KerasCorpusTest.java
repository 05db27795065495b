package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.LitheException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// HDF5 files of Keras 1 and 2 that people published, and such files damaged.
class KerasCorpusTest {
    private static final String WEIGHTS_ONLY = "ml-1m_GMF_8_1501651698.h5";

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> comesIn() throws IOException {
        try (Stream<Path> files = Files.walk(TestModels.shared("corpus/source"), 2)) {
            return files
                    .filter(file ->
                            file.toString().endsWith(".h5") || file.toString().endsWith(".hdf5"))
                    .filter(file -> !file.endsWith(WEIGHTS_ONLY))
                    .sorted()
                    .toList()
                    .stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
        }
    }

    private static void check(Path file) {
        try {
            assertThat(TestModels.prepared(file).main().nodes()).isNotEmpty();
        } catch (UnsupportedException e) {
            // The recurrent models and the embeddings need nodes of TensorFlow that have no operator yet.
            assertThat(file.getFileName().toString()).isEqualTo("rebuilt.h5");
            assertThat(e.code()).isEqualTo("LQ0353");
        }
    }

    @Test
    void weightsWithoutLayersAreNamedAsSuch() {
        Path file = TestModels.shared("corpus/source/ncf_gmf_ml1m/" + WEIGHTS_ONLY);
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("weights only")
                .hasMessageContaining("item_embedding")
                .hasMessageContaining("LQ0372");
    }

    @Test
    void filesThatAreCutOffOrChangedGiveTypedErrors() throws IOException {
        byte[] whole =
                Files.readAllBytes(TestModels.shared("corpus/source/keypoint_classifier_mlp/keypoint_classifier.hdf5"));
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            byte[] broken = i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = 0; i % 2 == 1 && k < 8; k++) {
                broken[random.nextInt(Math.min(broken.length, 4096))] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("broken" + i + ".h5"), broken);
            try {
                TestModels.raw(file);
                assertThat(i % 2).as("a file that is cut off").isEqualTo(1);
            } catch (LitheException e) {
                assertThat(e.code()).startsWith("LQ0");
            }
        }
    }

    @Test
    void noZipFileIsTakenForOne() throws IOException {
        Path file = Files.write(folder.resolve("model.keras"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0});
        assertThatThrownBy(() -> TestModels.raw(file))
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("LQ0170");
    }
}
