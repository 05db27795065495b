package dev.lithe.operators.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// FarmHash's 64-bit fingerprint (Geoff Pike, 2014), which is the same on every machine and will stay so.
final class Fingerprint {
    private static final long K0 = 0xC3A5C85C97CB3127L;
    private static final long K1 = 0xB492B66FBE98F273L;
    private static final long K2 = 0x9AE16A3B2F90404FL;
    private static final int BLOCK = 64;

    private final ByteBuffer bytes;
    private final int length;
    private final long mul;

    private Fingerprint(byte[] key) {
        bytes = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
        length = key.length;
        mul = K2 + 2L * length;
    }

    static long of(byte[] key) {
        Fingerprint fingerprint = new Fingerprint(key);
        if (key.length <= 16) {
            return fingerprint.tiny();
        }
        return key.length <= 32
                ? fingerprint.small()
                : key.length <= BLOCK ? fingerprint.medium() : fingerprint.large();
    }

    private long at(int place) {
        return bytes.getLong(place);
    }

    private long fromEnd(int place) {
        return bytes.getLong(length - place);
    }

    private static long rotate(long x, int places) {
        return Long.rotateRight(x, places);
    }

    private static long mix(long x) {
        return x ^ x >>> 47;
    }

    private static long pair(long u, long v, long factor) {
        long a = mix((u ^ v) * factor);
        return mix((v ^ a) * factor) * factor;
    }

    private long tiny() {
        if (length >= 8) {
            long a = at(0) + K2;
            long b = fromEnd(8);
            return pair(rotate(b, 37) * mul + a, (rotate(a, 25) + b) * mul, mul);
        }
        if (length >= 4) {
            long a = Integer.toUnsignedLong(bytes.getInt(0));
            return pair(length + (a << 3), Integer.toUnsignedLong(bytes.getInt(length - 4)), mul);
        }
        if (length == 0) {
            return K2;
        }
        long y = (bytes.get(0) & 0xFF) + ((bytes.get(length >> 1) & 0xFF) << 8);
        long z = length + ((bytes.get(length - 1) & 0xFF) << 2);
        return mix(y * K2 ^ z * K0) * K2;
    }

    private long small() {
        long a = at(0) * K1;
        long b = at(8);
        long c = fromEnd(8) * mul;
        long d = fromEnd(16) * K2;
        return pair(rotate(a + b, 43) + rotate(c, 30) + d, a + rotate(b + K2, 18) + c, mul);
    }

    private long medium() {
        long a = at(0) * K2;
        long b = at(8);
        long c = fromEnd(8) * mul;
        long d = fromEnd(16) * K2;
        long y = rotate(a + b, 43) + rotate(c, 30) + d;
        long z = pair(y, a + rotate(b + K2, 18) + c, mul);
        long e = at(16) * mul;
        long f = at(24);
        long g = (y + fromEnd(32)) * mul;
        long h = (z + fromEnd(24)) * mul;
        return pair(rotate(e + f, 43) + rotate(g, 30) + h, e + rotate(f + a, 18) + g, mul);
    }

    /// Blocks of 64 bytes one after the other, then the last 64 bytes.
    private long large() {
        Blocks blocks = new Blocks();
        int end = (length - 1) / BLOCK * BLOCK;
        for (int place = 0; place < end; place += BLOCK) {
            blocks.mixIn(place, K1, 1);
        }
        long factor = K1 + ((blocks.z & 0xFF) << 1);
        blocks.w0 += (length - 1) & BLOCK - 1;
        blocks.v0 += blocks.w0;
        blocks.w0 += blocks.v0;
        blocks.mixIn(length - BLOCK, factor, 9);
        return pair(
                pair(blocks.v0, blocks.w0, factor) + mix(blocks.y) * K0 + blocks.z,
                pair(blocks.v1, blocks.w1, factor) + blocks.x,
                factor);
    }

    private final class Blocks {
        private long x;
        private long y;
        private long z;
        private long v0;
        private long v1;
        private long w0;
        private long w1;

        Blocks() {
            long seed = 81;
            y = seed * K1 + 113;
            z = mix(y * K2 + 113) * K2;
            x = seed * K2 + at(0);
        }

        private void mixIn(int place, long factor, long weight) {
            x = rotate(x + y + v0 + at(place + 8), 37) * factor;
            y = rotate(y + v1 + at(place + 48), 42) * factor;
            x ^= w1 * weight;
            y += v0 * weight + at(place + 40);
            z = rotate(z + w0, 33) * factor;
            long[] v = weak(place, v1 * factor, x + w0);
            long[] w = weak(place + 32, z + w1, y + at(place + 16));
            v0 = v[0];
            v1 = v[1];
            w0 = w[0];
            w1 = w[1];
            long swapped = z;
            z = x;
            x = swapped;
        }

        private long[] weak(int place, long first, long second) {
            long a = first + at(place);
            long b = rotate(second + a + at(place + 24), 21);
            long c = a;
            a += at(place + 8) + at(place + 16);
            return new long[] {a + at(place + 24), b + rotate(a, 44) + c};
        }
    }
}
