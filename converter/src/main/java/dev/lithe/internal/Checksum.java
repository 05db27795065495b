package dev.lithe.internal;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 over everything that is written to it.
public final class Checksum implements WritableByteChannel {
    private final MessageDigest digest;

    public Checksum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public void update(byte[] bytes) {
        digest.update(bytes);
    }

    /// 32 bytes; ends the computation.
    public byte[] finish() {
        return digest.digest();
    }

    /// `sha256:…`; ends the computation.
    public String text() {
        return text(finish());
    }

    public static String text(byte[] sha256) {
        return "sha256:" + HexFormat.of().formatHex(sha256);
    }

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        digest.update(source);
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
