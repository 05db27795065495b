package dev.lithe.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives with label files and the like behind a model.
class TrailingZipTest {

    private static final ModelTable MODEL = ModelTable.DEFAULT.withVersion(3);
    private static final ModelTable LARGER = MODEL.withBuffers(List.of(new BufferTable(Bytes.of(new byte[3000]))));

    @TempDir
    private Path folder;

    @Test
    void the_archive_behind_a_model_can_be_opened() throws IOException {
        Path file = folder.resolve("model.tflite");
        Files.write(file, TfliteFormat.toByteArray(MODEL, Bytes.of(archive())));
        assertLabels(file);
        assertThat(TfliteFormat.open(file)).isEqualTo(new TfliteFile(MODEL, Bytes.of(archive())));
    }

    /// An archive whose offsets count from the beginning of the file must follow when the model's size changes.
    @Test
    void the_archive_survives_another_model_before_it() throws IOException {
        Path file = folder.resolve("model.tflite");
        TfliteFile large = read(TfliteFormat.toByteArray(LARGER, Bytes.of(archive())));
        assertThat(large.trailing()).isEqualTo(Bytes.of(archive()));
        Files.write(file, TfliteFormat.toByteArray(MODEL, large.trailing()));
        assertLabels(file);
        TfliteFile small = TfliteFormat.open(file);
        Files.write(file, TfliteFormat.toByteArray(LARGER, small.trailing()));
        assertLabels(file);
    }

    /// What a plain concatenation gives: offsets that count from the archive's own beginning.
    @Test
    void an_archive_that_counts_from_its_own_beginning_is_read_too() {
        byte[] archive = archive();
        byte[] model = TfliteFormat.toByteArray(LARGER, Bytes.EMPTY);
        ByteBuffer both = ByteBuffer.allocate(model.length + 5 + archive.length);
        both.put(model).position(model.length + 5).put(archive);
        assertThat(read(both.array())).isEqualTo(new TfliteFile(LARGER, Bytes.of(archive)));
    }

    @Test
    void the_offsets_count_from_the_beginning_of_the_file() {
        byte[] archive = archive();
        byte[] file = TfliteFormat.toByteArray(LARGER, Bytes.of(archive));
        int prefix = file.length - archive.length;
        int directory = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 6 - "hello".length());
        assertThat(new String(file, directory, 2, StandardCharsets.US_ASCII)).isEqualTo("PK");
        assertThat(directory).isGreaterThan(prefix);
    }

    @Test
    void an_archive_without_entries() {
        byte[] empty = new byte[22];
        ByteBuffer.wrap(empty).order(ByteOrder.LITTLE_ENDIAN).putInt(0x06054b50);
        byte[] file = TfliteFormat.toByteArray(MODEL, Bytes.of(empty));
        assertThat(read(file).trailing()).isEqualTo(Bytes.of(empty));
    }

    @Test
    void other_bytes_are_kept_as_they_are_and_padding_is_not() {
        byte[] text = "PK but no archive".getBytes(StandardCharsets.US_ASCII);
        assertThat(read(TfliteFormat.toByteArray(MODEL, Bytes.of(text))).trailing())
                .isEqualTo(Bytes.of(text));
        assertThat(read(TfliteFormat.toByteArray(MODEL, Bytes.of(new byte[12]))).trailing())
                .isSameAs(Bytes.EMPTY);
    }

    /// A damaged archive is a run of bytes like any other.
    @Test
    void a_damaged_archive_is_kept_byte_by_byte() {
        byte[] archive = archive();
        for (int at = archive.length - 150; at < archive.length; at++) {
            byte[] damaged = archive.clone();
            damaged[at] ^= 0x55;
            byte[] once = TfliteFormat.toByteArray(MODEL, Bytes.of(damaged));
            TfliteFile file = read(once);
            assertThat(file.model()).isEqualTo(MODEL);
            assertThat(TfliteFormat.toByteArray(file.model(), file.trailing())).isEqualTo(once);
        }
    }

    private static void assertLabels(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("labels.txt")).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("cat\ndog\n");
            assertThat(zip.size()).isEqualTo(2);
        }
    }

    private static byte[] archive() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("first.txt", "labels.txt")) {
                ZipEntry entry = new ZipEntry(name);
                entry.setTime(0);
                zip.putNextEntry(entry);
                zip.write("cat\ndog\n".getBytes(StandardCharsets.UTF_8));
            }
            zip.setComment("hello");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static TfliteFile read(byte[] file) {
        return TfliteFormat.read(MemorySegment.ofArray(file));
    }
}
