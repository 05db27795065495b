package dev.lithe.datasets.internal;

import dev.lithe.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Builds the checksum of a dataset. Every part is preceded by its length: no two sequences of parts run together
/// to the same bytes.
final class Digest {
    private static final int PIECE = 1 << 24;

    private final MessageDigest sha256;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    Digest text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Digest file(Path path) {
        MemorySegment content = MappedFile.map(path);
        length(content.byteSize());
        return MappedFile.guarded(path.toString(), () -> {
            for (long at = 0; at < content.byteSize(); at += PIECE) {
                sha256.update(content.asSlice(at, Math.min(PIECE, content.byteSize() - at))
                        .asByteBuffer());
            }
            return this;
        });
    }

    Digest tensor(Tensor tensor) {
        text(tensor.type() + tensor.shape().toString());
        if (tensor.array() instanceof byte[][] strings) {
            for (int i = 0; i < tensor.elementCount(); i++) {
                bytes(strings[i]);
            }
            return this;
        }
        return bytes(tensor.toLittleEndian());
    }

    String finish() {
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }

    private Digest bytes(byte[] bytes) {
        length(bytes.length);
        sha256.update(bytes);
        return this;
    }

    private void length(long length) {
        sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
    }
}
