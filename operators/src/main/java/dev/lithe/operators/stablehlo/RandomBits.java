package dev.lithe.operators.stablehlo;

import dev.lithe.schema.RngAlgorithm;

/// The counter-based generators of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (2011):
/// Threefry2x32 with 20 rounds and Philox4x32 with 10. Each block of bits is a function of a key and a counter.
final class RandomBits {
    private static final int PARITY = 0x1BD11BDA;
    private static final int[][] ROTATIONS = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    private static final int THREEFRY_GROUPS = 5;
    private static final long PHILOX_A = 0xD2511F53L;
    private static final long PHILOX_B = 0xCD9E8D57L;
    private static final int WEYL_A = 0x9E3779B9;
    private static final int WEYL_B = 0xBB67AE85;
    private static final int PHILOX_ROUNDS = 10;

    private RandomBits() {}

    /// The counter that a state of 32-bit words holds behind its key. Philox repeats the key where there are only four.
    static int[] counter(RngAlgorithm algorithm, int[] state) {
        int rest = state.length == 6 ? 4 : 0;
        return algorithm == RngAlgorithm.THREEFRY
                ? new int[] {state[2], state[3]}
                : new int[] {state[2], state[3], state[rest], state[rest + 1]};
    }

    /// One more; of Philox's counter the first 64 bits count.
    static void advance(int[] counter) {
        if (++counter[0] == 0) {
            counter[1]++;
        }
    }

    static int[] draw(RngAlgorithm algorithm, int key0, int key1, int[] counter) {
        return algorithm == RngAlgorithm.THREEFRY ? threefry(key0, key1, counter) : philox(key0, key1, counter);
    }

    private static int[] threefry(int key0, int key1, int[] counter) {
        int[] keys = {key0, key1, key0 ^ key1 ^ PARITY};
        int a = counter[0] + key0;
        int b = counter[1] + key1;
        for (int group = 1; group <= THREEFRY_GROUPS; group++) {
            for (int rotation : ROTATIONS[(group - 1) % 2]) {
                a += b;
                b = Integer.rotateLeft(b, rotation) ^ a;
            }
            a += keys[group % 3];
            b += keys[(group + 1) % 3] + group;
        }
        return new int[] {a, b};
    }

    private static int[] philox(int key0, int key1, int[] counter) {
        int[] x = counter.clone();
        int k0 = key0;
        int k1 = key1;
        for (int round = 0; round < PHILOX_ROUNDS; round++) {
            long a = PHILOX_A * Integer.toUnsignedLong(x[0]);
            long b = PHILOX_B * Integer.toUnsignedLong(x[2]);
            x = new int[] {(int) (b >>> 32) ^ x[1] ^ k0, (int) b, (int) (a >>> 32) ^ x[3] ^ k1, (int) a};
            k0 += WEYL_A;
            k1 += WEYL_B;
        }
        return x;
    }
}
