package dev.lithe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.lithe.graph.OutputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    Path folder;

    private static OutputFile.Content text(String text) {
        return channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList();
        }
    }

    @Test
    void appearsOnlyWhenItIsCommitted() throws IOException {
        Path path = folder.resolve("model.tflite");
        try (OutputFile file = OutputFile.claim(path, false)) {
            assertThat(files()).isEmpty();
            file.stage(text("four"));
            assertThat(path).doesNotExist();
            assertThat(file.stagedSize()).isEqualTo(4);
            file.commit();
        }
        assertThat(files()).containsExactly(path);
        assertThat(path).hasContent("four");
    }

    @Test
    void leavesNothingBehindWhereTheContentFails() throws IOException {
        Path path = folder.resolve("model.tflite");
        try (OutputFile file = OutputFile.claim(path, false)) {
            assertThatExceptionOfType(OutputException.class)
                    .isThrownBy(() -> file.stage(channel -> {
                        text("half").writeTo(channel);
                        throw new IOException("No space left on device");
                    }))
                    .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0605"))
                    .withMessageContaining("No space left on device");
            assertThatIllegalStateException().isThrownBy(file::commit);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void leavesNothingBehindWhereTheWorkEndsBeforeCommit() throws IOException {
        try (OutputFile file = OutputFile.claim(folder.resolve("model.tflite"), false)) {
            file.stage(text("unwanted"));
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void keepsAnExistingFileUnlessItMayBeReplaced() throws IOException {
        Path path = Files.writeString(folder.resolve("model.tflite"), "old");
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> OutputFile.claim(path, false))
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0602"))
                .satisfies(e -> assertThat(e.fix()).contains("--force"));
        try (OutputFile file = OutputFile.claim(path, true)) {
            file.stage(text("new"));
            assertThat(path).hasContent("old");
            file.commit();
        }
        assertThat(path).hasContent("new");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void doesNotReplaceAFileThatAppearedMeanwhile() throws IOException {
        Path path = folder.resolve("model.tflite");
        try (OutputFile file = OutputFile.claim(path, false)) {
            file.stage(text("ours"));
            Files.writeString(path, "theirs");
            assertThatExceptionOfType(OutputException.class).isThrownBy(file::commit);
        }
        assertThat(path).hasContent("theirs");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void replacesWhatALinkPointsToAndKeepsTheLink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.tflite"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.tflite"), real);
        try (OutputFile file = OutputFile.claim(link, true)) {
            file.stage(text("new"));
            file.commit();
        }
        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("new");
    }

    @Test
    void refusesPlacesThatTakeNoFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> OutputFile.claim(folder, true))
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0603"));
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> OutputFile.claim(folder.resolve("none/model.tflite"), false))
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0604"))
                .withMessageContaining(folder.resolve("none").toString());
        assertThatExceptionOfType(OutputException.class)
                .isThrownBy(() -> OutputFile.claim(file.resolve("model.tflite"), false))
                .satisfies(e -> assertThat(e.code()).isEqualTo("LQ0604"));
    }
}
