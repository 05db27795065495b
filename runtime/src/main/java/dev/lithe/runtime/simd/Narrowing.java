package dev.lithe.runtime.simd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Integers as bytes.
final class Narrowing {
    private static final int LANES = FloatTiles.SPECIES.length();

    /// Whether there are byte vectors with as many lanes as vectors of integers have: the shortest has eight.
    static final boolean IS_DIRECT = LANES >= 8;

    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, Byte.SIZE * LANES)));

    private Narrowing() {}

    /// Stores the low byte of each lane; only where [#IS_DIRECT].
    static void store(IntVector integers, byte[] target, int at) {
        ((ByteVector) integers.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(target, at);
    }

    /// Stores the low byte of each of `count` integers.
    static void store(int[] integers, int from, int count, byte[] target, int at) {
        int i = 0;
        for (; IS_DIRECT && i + LANES <= count; i += LANES) {
            store(IntVector.fromArray(IntVector.SPECIES_PREFERRED, integers, from + i), target, at + i);
        }
        for (; i < count; i++) {
            target[at + i] = (byte) integers[from + i];
        }
    }
}
