package dev.lithe.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.OutputException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives by numpy (make_npy_fixtures.py) and by java.util.zip, an implementation of the format that is not
/// ours.
class NpzTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stored", "deflated"})
    void readsWhatNumpyWrote(String name) {
        Npz npz = Npz.open(Fixtures.path("npy/" + name + ".npz"));

        assertThat(npz.names()).containsExactly("input", "labels", "a/b");
        assertThat(npz.array("input").tensor().floats())
                .containsExactly(Npy.read(Fixtures.path("npy/f4.npy")).floats());
        assertThat(npz.array("labels").tensor().longs()).containsExactly(3, 1);
        assertThat(npz.array("a/b").rows(2, 3).ints()).containsExactly(2, 3, 4);
        assertThatThrownBy(() -> npz.array("none")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inflatesRepetitiveData() {
        Tensor zeros = Npz.read(Fixtures.path("npy/zeros.npz")).get("input");

        assertThat(zeros.shape()).isEqualTo(Shape.of(64, 1024));
        assertThat(zeros.floats()).containsOnly(0f);
    }

    @Test
    void readsAnArchiveWithoutSizesInFrontOfItsEntries() throws IOException {
        Path path = folder.resolve("streamed.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            zip.putNextEntry(new ZipEntry("readme.txt"));
            zip.write(new byte[100]);
            zip.putNextEntry(new ZipEntry("folder/"));
            zip.putNextEntry(new ZipEntry("folder/x.npy"));
            Files.copy(Fixtures.path("npy/i4.npy"), zip);
            zip.setComment("with a comment");
        }

        assertThat(Npz.read(path)).containsOnlyKeys("folder/x");
        assertThat(Npz.read(path).get("folder/x").ints()[23]).isEqualTo(18);
    }

    /// Sizes and places in their 64-bit fields, as in archives of more than 4 GB; java.util.zip vouches for the
    /// form.
    @Test
    void readsZip64() throws IOException {
        byte[] npy = Files.readAllBytes(Fixtures.path("npy/i4.npy"));
        CRC32 crc = new CRC32();
        crc.update(npy);
        byte[] name = "x.npy".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer zip = ByteBuffer.allocate(500 + npy.length).order(ByteOrder.LITTLE_ENDIAN);
        zip.putInt(0x04034b50)
                .putShort((short) 45)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0x21);
        zip.putInt((int) crc.getValue())
                .putInt(-1)
                .putInt(-1)
                .putShort((short) name.length)
                .putShort((short) 20);
        zip.put(name)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(npy.length)
                .putLong(npy.length)
                .put(npy);
        int central = zip.position();
        zip.putInt(0x02014b50)
                .putShort((short) 45)
                .putShort((short) 45)
                .putShort((short) 0)
                .putShort((short) 0);
        zip.putInt(0x21).putInt((int) crc.getValue()).putInt(-1).putInt(-1).putShort((short) name.length);
        zip.putShort((short) 28)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(-1);
        zip.put(name).putShort((short) 1).putShort((short) 24);
        zip.putLong(npy.length).putLong(npy.length).putLong(0);
        int end64 = zip.position();
        zip.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        zip.putLong(1).putLong(1).putLong(end64 - central).putLong(central);
        zip.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
        zip.putInt(0x06054b50)
                .putInt(0)
                .putShort((short) -1)
                .putShort((short) -1)
                .putInt(-1)
                .putInt(-1);
        zip.putShort((short) 0);
        Path path = Files.write(folder.resolve("wide.npz"), Arrays.copyOf(zip.array(), zip.position()));

        try (ZipFile judge = new ZipFile(path.toFile())) {
            assertThat(judge.getInputStream(judge.getEntry("x.npy")).readAllBytes())
                    .isEqualTo(npy);
        }
        assertThat(Npz.read(path).get("x").ints()[23]).isEqualTo(18);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored", "deflated"})
    void refusesEveryTruncation(String name) throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("npy/" + name + ".npz"));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.npz"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Npz.read(cut)).isInstanceOf(DatasetException.class);
        }
    }

    /// A flipped bit (every seventh, so that each place in a byte has its turn) gives an error or the same arrays
    /// (in dates and the like), never other numbers.
    @ParameterizedTest
    @ValueSource(strings = {"stored", "deflated"})
    void noticesFlippedBits(String name) throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.path("npy/" + name + ".npz"));
        float[] right = Npy.read(Fixtures.path("npy/f4.npy")).floats();
        int refused = 0;
        for (int bit = 0; bit < whole.length * 8; bit += 7) {
            byte[] flipped = whole.clone();
            flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
            Path path = Files.write(folder.resolve("flipped.npz"), flipped);
            try {
                Tensor input = Npz.read(path).get("input");
                if (input != null) {
                    assertThat(input.floats()).containsExactly(right);
                }
            } catch (DatasetException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length * 3 / 7);
    }

    @Test
    void takesNoMemoryForAClaimThatDeflateCannotKeep() throws IOException {
        byte[] archive = Files.readAllBytes(Fixtures.path("npy/deflated.npz"));
        int central = indexOf(archive, new byte[] {'P', 'K', 1, 2});
        Arrays.fill(archive, central + 24, central + 28, (byte) 0x7f); // uncompressed size: 2 GB
        Path path = Files.write(folder.resolve("bomb.npz"), archive);

        assertThatThrownBy(() -> Npz.read(path))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("claims 2139062143 bytes");
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; ; i++) {
            if (Arrays.equals(Arrays.copyOfRange(bytes, i, i + wanted.length), wanted)) {
                return i;
            }
        }
    }

    @Test
    void writesAnArchiveThatOthersRead() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", Tensor.of(Shape.of(2), 1f, 2f));
        tensors.put("y/z", Tensor.of(Shape.of(1), 7L));
        Path path = folder.resolve("out.npz");

        Npz.write(path, tensors);

        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(path))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("x.npy");
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            Npy.write(expected, tensors.get("x"));
            assertThat(zip.readAllBytes()).isEqualTo(expected.toByteArray());
            assertThat(zip.getNextEntry().getName()).isEqualTo("y/z.npy");
        }
        assertThat(Npz.read(path).get("y/z").longs()).containsExactly(7);
        assertThat(folder).isDirectoryContaining(file -> file.endsWith("out.npz"));
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void leavesNothingWhereItCannotWrite() {
        Path target = folder.resolve("missing").resolve("out.npz");

        assertThatThrownBy(() -> Npz.write(target, Map.of()))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("LQ0601");
        assertThatThrownBy(() -> Npz.write(folder, Map.of())).isInstanceOf(OutputException.class);
        assertThat(folder).isEmptyDirectory();
    }
}
