package dev.lithe.runtime.simd;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.KernelContext;
import dev.lithe.runtime.internal.Workers;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Quantized bytes as floats, with the zero point taken off: integers that floats hold exactly.
final class WidenedInput extends Parts implements Input {
    private static final VectorSpecies<Float> FLOATS = FloatTiles.SPECIES;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, Byte.SIZE * LANES)));

    /// Elements of a unit: a multiple of the lanes.
    private static final int UNIT = 4096;

    private final int zeroPoint;
    private final boolean unsigned;
    private @Nullable Scratch scratch;
    private byte[] bytes = {};
    private float[] floats = {};
    private int count;

    WidenedInput(int zeroPoint, boolean unsigned, Workers workers) {
        super(workers);
        this.zeroPoint = zeroPoint;
        this.unsigned = unsigned;
    }

    /// One for all kernels of a context, which run one after the other.
    private static final class Scratch {
        private float[] floats = {};
    }

    @Override
    public float[] of(KernelContext context) {
        Scratch shared = scratch;
        if (shared == null) {
            shared = context.resources().state(Scratch.class, Scratch::new);
            scratch = shared;
        }
        Tensor tensor = context.input(0);
        bytes = tensor.bytes();
        count = tensor.elementCount();
        if (shared.floats.length < count) {
            shared.floats = new float[count];
        }
        floats = shared.floats;
        start(Math.ceilDiv(count, UNIT), count / 4);
        return floats;
    }

    @Override
    void range(int first, int end, int thread) {
        int i = first * UNIT;
        int behind = Math.min(count, end * UNIT);
        int mask = unsigned ? 255 : -1;
        for (; i + BYTES.length() <= behind; i += BYTES.length()) {
            ByteVector stored = ByteVector.fromArray(BYTES, bytes, i);
            for (int part = 0; part < BYTES.length() / LANES; part++) {
                IntVector wide = (IntVector) stored.convertShape(VectorOperators.B2I, INTS, part);
                FloatVector values = (FloatVector) wide.and(mask).sub(zeroPoint).convert(VectorOperators.I2F, 0);
                values.intoArray(floats, i + part * LANES);
            }
        }
        for (; i < behind; i++) {
            floats[i] = (bytes[i] & mask) - zeroPoint;
        }
    }
}
