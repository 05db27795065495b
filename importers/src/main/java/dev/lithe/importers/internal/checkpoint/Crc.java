package dev.lithe.importers.internal.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// CRC-32C as TensorFlow's files store it: rotated and shifted ("masked"), so that a checksum over
/// bytes that hold checksums stays useful.
final class Crc {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final long CHUNK = 1 << 30;

    private Crc() {}

    static int masked(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        for (long from = 0; from < bytes.byteSize(); from += CHUNK) {
            crc.update(bytes.asSlice(from, Math.min(CHUNK, bytes.byteSize() - from))
                    .asByteBuffer());
        }
        return mask((int) crc.getValue());
    }

    static int mask(int crc) {
        return Integer.rotateRight(crc, 15) + MASK_DELTA;
    }
}
