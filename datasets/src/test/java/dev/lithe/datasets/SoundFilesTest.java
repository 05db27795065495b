package dev.lithe.datasets;

import static dev.lithe.datasets.Samples.all;
import static dev.lithe.datasets.Samples.floats;
import static dev.lithe.datasets.Samples.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.DatasetException;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files put together by hand from the RIFF WAVE description; full scale is 1.
class SoundFilesTest {
    @TempDir
    Path folder;

    private static byte[] wav(int format, int channels, int bits, byte[] data) {
        ByteBuffer file = ByteBuffer.allocate(60 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes()).putInt(52 + data.length).put("WAVE".getBytes());
        file.put("LIST".getBytes()).putInt(7).put(new byte[8]); // an odd part, padded to an even length
        file.put("fmt ".getBytes()).putInt(16).putShort((short) format).putShort((short) channels);
        file.putInt(16000).putInt(16000 * channels * bits / 8).putShort((short) (channels * bits / 8));
        file.putShort((short) bits);
        file.put("data".getBytes()).putInt(data.length).put(data);
        return file.array();
    }

    private Tensor read(byte[] file, InputSpec input) throws IOException {
        Files.write(folder.resolve("sound.wav"), file);
        return all(Dataset.of(folder).bind(signature(input)))
                .getFirst()
                .inputs()
                .get("x");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void readsPcm() throws IOException {
        InputSpec input = floats("x", 1, -1);

        assertThat(read(wav(1, 1, 8, bytes(0, 128, 192, 255)), input).floats())
                .containsExactly(-1, 0, 0.5f, 127 / 128f);
        assertThat(read(wav(1, 1, 16, bytes(0, 0x80, 0, 0x40, 1, 0)), input).floats())
                .containsExactly(-1, 0.5f, 1 / 32768f);
        assertThat(read(wav(1, 1, 24, bytes(0, 0, 0x80, 0, 0, 0x40)), input).floats())
                .containsExactly(-1, 0.5f);
        assertThat(read(wav(1, 1, 32, bytes(0, 0, 0, 0x80, 0, 0, 0, 0x40)), input)
                        .floats())
                .containsExactly(-1, 0.5f);
    }

    @Test
    void readsFloats() throws IOException {
        byte[] data = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(0.25f)
                .putFloat(-2)
                .array();

        assertThat(read(wav(3, 1, 32, data), floats("x", 2)).floats()).containsExactly(0.25f, -2);
    }

    @Test
    void keepsChannelsSideBySide() throws IOException {
        byte[] file = wav(1, 2, 8, bytes(128, 192, 0, 64));

        assertThat(read(file, floats("x", 1, 2, 2)).floats()).containsExactly(0, 0.5f, -1, -0.5f);
        assertThat(read(file, floats("x", 2, 2)).shape()).isEqualTo(Shape.of(2, 2));
        assertThatThrownBy(() -> read(file, floats("x", 1, -1)))
                .hasMessageContaining("2 samples in 2 channels where (1, ?) is expected");
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> read(wav(1, 1, 8, bytes(1, 2, 3)), floats("x", 1, 16000)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("3 samples in 1 channels where (1, 16000) is expected");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = wav(1, 1, 16, bytes(1, 0, 2, 0));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, floats("x", 1, -1)))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("LQ0515");
        }
    }

    @Test
    void refusesCompressedSound() {
        assertThatThrownBy(() -> read(wav(85, 1, 16, bytes(0, 0)), floats("x", 1, -1)))
                .hasMessageContaining("format 85");
    }
}
