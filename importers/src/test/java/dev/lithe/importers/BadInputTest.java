package dev.lithe.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lithe.graph.InvalidModelException;
import dev.lithe.graph.LitheException;
import dev.lithe.graph.MalformedModelException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged, incomplete and foreign input, on copies of the bundled example.
class BadInputTest {
    private static final String GRAPH = "saved_model.pb";
    private static final String INDEX = "variables/variables.index";
    private static final String SHARD = "variables/variables.data-00000-of-00001";

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void copyExample() throws IOException {
        model = folder.resolve("digits");
        Path from = TestModels.digits().resolve("saved_model");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path to = model.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to);
                }
            }
        }
    }

    private void load() {
        Importers.load(model, ImportOptions.DEFAULT);
    }

    private void assertMalformed(String code, String file) {
        assertThatThrownBy(this::load)
                .isInstanceOfSatisfying(
                        MalformedModelException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(file)
                .hasMessageContaining("Fix: ");
    }

    @Test
    void aPathThatDoesNotExist() {
        model = folder.resolve("nothing");
        assertMalformed("LQ0156", "nothing");
    }

    @Test
    void aFolderThatIsNoSavedModel() throws IOException {
        Files.delete(model.resolve(GRAPH));
        assertMalformed("LQ0157", "saved_model.pb");
    }

    @Test
    void aFileOfAnUnknownKind() throws IOException {
        model = Files.writeString(folder.resolve("model.xyz"), "x");
        assertThatThrownBy(this::load)
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining(".xyz")
                .hasMessageContaining("SavedModel folder")
                .hasMessageContaining("LQ0354");
    }

    @Test
    void theGraphFileItselfIsTakenForItsFolder() {
        Path file = model.resolve(GRAPH);
        assertThat(Importers.load(file, ImportOptions.DEFAULT)).isEqualTo(TestModels.raw(model));
    }

    @Test
    void anEmptyGraph() throws IOException {
        Files.write(model.resolve(GRAPH), new byte[0]);
        assertMalformed("LQ0153", GRAPH);
    }

    @Test
    void aTruncatedGraph() throws IOException {
        byte[] whole = Files.readAllBytes(model.resolve(GRAPH));
        for (int i = 0; i < 40; i++) {
            Files.write(model.resolve(GRAPH), Arrays.copyOf(whole, whole.length * i / 40));
            assertMalformed("LQ0153", GRAPH);
        }
    }

    @Test
    void aMissingShard() throws IOException {
        Files.delete(model.resolve(SHARD));
        assertMalformed("LQ0150", "variables.data-00000-of-00001");
    }

    @Test
    void aMissingIndex() throws IOException {
        Files.delete(model.resolve(INDEX));
        assertMalformed("LQ0150", "variables.index");
    }

    @Test
    void aShardThatIsTooShort() throws IOException {
        byte[] whole = Files.readAllBytes(model.resolve(SHARD));
        Files.write(model.resolve(SHARD), Arrays.copyOf(whole, whole.length / 2));
        assertMalformed("LQ0152", "variables.data-00000-of-00001");
    }

    @Test
    void aTruncatedIndex() throws IOException {
        byte[] whole = Files.readAllBytes(model.resolve(INDEX));
        for (int size : List.of(0, 1, 47, 48, whole.length / 2, whole.length - 1)) {
            Files.write(model.resolve(INDEX), Arrays.copyOf(whole, size));
            assertMalformed("LQ0151", "variables.index");
        }
    }

    /// Every value is covered by a checksum, so a flip is found or hits what is not read (the
    /// saving counter).
    @Test
    void bitFlipsInTheShard() throws IOException {
        byte[] whole = Files.readAllBytes(model.resolve(SHARD));
        Random random = new Random(1);
        int found = 0;
        for (int i = 0; i < 20; i++) {
            int at = random.nextInt(whole.length);
            Files.write(model.resolve(SHARD), flipped(whole, at, random.nextInt(8)));
            Throwable thrown = catchThrowable(this::load);
            if (thrown != null) {
                assertThat(thrown)
                        .isInstanceOf(MalformedModelException.class)
                        .hasMessageContaining(SHARD.substring(10));
                found++;
            }
        }
        assertThat(found).isGreaterThan(15);
    }

    @ParameterizedTest
    @ValueSource(strings = {INDEX, GRAPH})
    void bitFlipsGiveTypedErrorsOnly(String name) throws IOException {
        byte[] whole = Files.readAllBytes(model.resolve(name));
        Random random = new Random(2);
        int found = 0;
        for (int i = 0; i < 150; i++) {
            Files.write(model.resolve(name), flipped(whole, random.nextInt(whole.length), random.nextInt(8)));
            Throwable thrown = catchThrowable(this::load);
            if (thrown != null) {
                assertThat(thrown).isInstanceOf(LitheException.class);
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    private static byte[] flipped(byte[] whole, int at, int bit) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) (1 << bit);
        return damaged;
    }

    @Test
    void anUnknownSignature() {
        ImportOptions options = ImportOptions.DEFAULT.withSignatures(List.of("train"));
        assertThatThrownBy(() -> Importers.load(model, options))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("'train'")
                .hasMessageContaining("serving_default");
    }

    @Test
    void aShapeForAnInputThatIsNotThere() {
        ImportOptions options = ImportOptions.DEFAULT.withInputShapes(Map.of("picture", Shape.of(1, 8, 8, 1)));
        assertThatThrownBy(() -> Importers.load(model, options))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("'picture'")
                .hasMessageContaining("image");
    }

    @Test
    void aShapeThatDoesNotFit() {
        ImportOptions options = ImportOptions.DEFAULT.withInputShapes(Map.of("image", Shape.of(1, 9, 8, 1)));
        assertThatThrownBy(() -> Importers.load(model, options))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("[-1, 8, 8, 1]");
    }

    @Test
    void aShapeFixesTheBatchSize() {
        ImportOptions options = ImportOptions.DEFAULT.withInputShapes(Map.of("image", Shape.of(4, 8, 8, 1)));
        var fixed = Importers.load(model, options);
        assertThat(fixed.tensor(fixed.main().inputs().getFirst()).declaredShape())
                .isEqualTo(Shape.of(4, 8, 8, 1));
        assertThat(fixed.tensor(fixed.main().outputs().getFirst()).declaredShape())
                .isEqualTo(Shape.of(4, 10));
    }
}
