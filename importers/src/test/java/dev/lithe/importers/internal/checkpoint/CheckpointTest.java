package dev.lithe.importers.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.importers.internal.proto.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CheckpointTest {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /// The check value of CRC-32C, and the mask as LevelDB's documentation has it.
    @Test
    void checksumsAreMasked() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        int crc = 0xE3069283;
        int rotated = (crc >>> 15) | (crc << 17);
        assertThat(Crc.masked(MemorySegment.ofArray(digits))).isEqualTo(rotated + 0xa282ead8);
    }

    /// The values are those that make.py put in.
    @Test
    void readsNamesShapesAndValues() {
        Checkpoint checkpoint =
                Checkpoint.open(Path.of("src", "test", "savedmodels", "session_resources", "variables", "variables"));
        assertThat(checkpoint.keys()).containsExactly("net/bias", "net/kernel", "net/scale", "net/weights");
        Checkpoint.Entry kernel = checkpoint.get("net/kernel");
        assertThat(kernel.type()).isEqualTo(DataType.DT_FLOAT);
        assertThat(kernel.shape()).containsExactly(3L, 3L, 2L, 3L);
        float[] values = kernel.bytes().segment().toArray(FLOAT);
        assertThat(values).hasSize(54);
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isEqualTo((float) (Math.sin(i * 1.7) * 0.5));
        }
    }

    @Test
    void aTableOfKeysThatGrowWithoutEnd() {
        // One block of entries that each share all of the key before and add one byte: n entries unpack to n^2 / 2
        // bytes.
        byte[] block = new byte[200_000];
        int at = 0;
        int shared = 0;
        while (at < block.length - 20) {
            at = varint(block, at, shared);
            block[at++] = 1;
            block[at++] = 0;
            block[at++] = 'k';
            shared++;
        }
        byte[] file = table(Arrays.copyOf(block, at));
        assertThatThrownBy(() -> SortedTable.read(file))
                .isInstanceOf(BrokenTableException.class)
                .hasMessageContaining("absurd");
    }

    private static int varint(byte[] to, int from, long value) {
        int at = from;
        long rest = value;
        while (rest > 127) {
            to[at++] = (byte) (rest | 128);
            rest >>>= 7;
        }
        to[at++] = (byte) rest;
        return at;
    }

    /// A table whose index block is `entries`.
    private static byte[] table(byte[] entries) {
        int size = entries.length + 8;
        byte[] file = Arrays.copyOf(entries, size + 5 + 48);
        putInt(file, entries.length + 4, 1);
        putInt(file, size + 1, Crc.masked(MemorySegment.ofArray(file).asSlice(0, size + 1)));
        int footer = size + 5;
        int at = varint(file, footer, 0);
        at = varint(file, at, 0);
        at = varint(file, at, 0);
        varint(file, at, size);
        putInt(file, file.length - 8, 0x8b80fb57);
        putInt(file, file.length - 4, 0xdb477524);
        return file;
    }

    private static void putInt(byte[] to, int at, int value) {
        for (int i = 0; i < 4; i++) {
            to[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
