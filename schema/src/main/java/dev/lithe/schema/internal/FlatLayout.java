package dev.lithe.schema.internal;

import dev.lithe.schema.Bytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/// A file whose every byte has its place, not yet written.
///
/// @param head the first `headSize` bytes of the file
/// @param pieces what follows, in the order of the positions
/// @param flatBufferSize the part of the file that is the FlatBuffer
/// @param size the whole file
public record FlatLayout(byte[] head, int headSize, List<Piece> pieces, long flatBufferSize, long size) {

    private static final int CHUNK = 1 << 18;

    /// @param counted whether the number of bytes stands before them, in 4 bytes
    record Piece(long position, boolean counted, Bytes bytes) {}

    public void writeTo(WritableByteChannel out) throws IOException {
        writeFully(out, ByteBuffer.wrap(head, 0, headSize));
        long end = headSize;
        for (Piece piece : pieces) {
            long size = piece.bytes().byteSize();
            int gap = (int) (piece.position() - end);
            byte[] between = new byte[gap];
            for (int i = 0; piece.counted() && i < 4; i++) {
                between[gap - 4 + i] = (byte) (size >>> (8 * i));
            }
            writeFully(out, ByteBuffer.wrap(between));
            copy(piece.bytes(), out);
            end = piece.position() + size;
        }
    }

    /// Copies bytes in small steps through an array. Where a mapped file has shrunk, this throws an `InternalError`,
    /// which the operating system would answer in its own way if it were given the map itself.
    public static void copy(Bytes bytes, WritableByteChannel out) throws IOException {
        MemorySegment from = bytes.segment();
        byte[] chunk = new byte[(int) Math.min(CHUNK, from.byteSize())];
        for (long at = 0; at < from.byteSize(); at += chunk.length) {
            int length = (int) Math.min(chunk.length, from.byteSize() - at);
            MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
            writeFully(out, ByteBuffer.wrap(chunk, 0, length));
        }
    }

    private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
