package dev.lithe.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.schema.Bytes;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConversionMetadataTest {
    /// What TensorFlow 2.21 wrote into an int8 model, and what its own reader says of it.
    private static final String TENSORFLOW_INT8 = "0c00000008000e00080004000800000010000000280000000000060008000400"
            + "060000000400000001000000eb0300000c001800140010000c0004000c0000008b7d251ce05368680200000002000000"
            + "0400000006000000322e32312e300000";

    /// Bytes of which TensorFlow 2.21's own reader (conversion_metadata_schema_py_generated) says the same.
    private static final String READ_BY_TENSORFLOW =
            "0c00000008000c00040008000800000014000000300000000c0018000c001000140004000c0000008b7d251ce0"
                    + "5368682400000002000000020000000600080004000000080000000400000001000000eb03000006000000322e32312e300000";

    private static final ConversionMetadata INT8 =
            new ConversionMetadata("2.21.0", 2, 2, 7523355399532412299L, List.of(1003), false, false, false);

    private static Bytes bytes(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void readsWhatTensorflowWrote() {
        assertThat(ConversionMetadata.decode(bytes(TENSORFLOW_INT8))).contains(INT8);
    }

    @Test
    void takesNoMoreRoomThanTensorflow() {
        assertThat(INT8.encode().byteSize()).isEqualTo(TENSORFLOW_INT8.length() / 2);
    }

    @Test
    void readsWhatItWrote() {
        ConversionMetadata full =
                new ConversionMetadata("2.4.0-rc1", 1, 5, -2L, List.of(1001, 2000, 3001), true, false, true);
        ConversionMetadata bare = ConversionMetadata.of(ConversionMetadata.ModelType.NONE, 0);
        ConversionMetadata flagged = new ConversionMetadata("", 0, 2, 3L, List.of(), false, true, false);
        ConversionMetadata versioned = new ConversionMetadata("", 2, 2, 3L, List.of(), false, false, false);
        ConversionMetadata quantized = new ConversionMetadata("", 0, 1, 3L, List.of(1003), false, false, false);
        for (ConversionMetadata metadata : List.of(INT8, full, bare, flagged, versioned, quantized)) {
            assertThat(ConversionMetadata.decode(metadata.encode())).contains(metadata);
        }
    }

    @Test
    void writesWhatTensorflowReads() {
        assertThat(HexFormat.of().formatHex(INT8.encode().toArray())).isEqualTo(READ_BY_TENSORFLOW);
    }

    @Test
    void takesDamagedBytesForSomethingElse() {
        byte[] whole = HexFormat.of().parseHex(TENSORFLOW_INT8);
        for (int length = 0; length < 64; length++) {
            byte[] part = java.util.Arrays.copyOf(whole, length);
            assertThat(ConversionMetadata.decode(Bytes.of(part)))
                    .as("%d bytes", length)
                    .isEmpty();
        }
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            ConversionMetadata.decode(Bytes.of(flipped)); // any answer but an exception
        }
    }
}
