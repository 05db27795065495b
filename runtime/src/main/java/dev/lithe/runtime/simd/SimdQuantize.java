package dev.lithe.runtime.simd;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.runtime.internal.Workers;
import dev.lithe.schema.TensorType;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// QUANTIZE from floats to 8-bit integers, per tensor: [QuantizationMath#quantize(float, float, int, int,
/// int)].
final class SimdQuantize implements Kernel {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    /// What is further out ends at a bound anyway. Below it a float tells halves, and sums do not overflow.
    private static final float FAR = 1 << 20;

    private final Supplier<Elements> elements;

    SimdQuantize(TensorSpec output, Workers workers) {
        QuantizationParameters parameters = output.quantization();
        int min = output.type() == TensorType.UINT8 ? 0 : Byte.MIN_VALUE;
        this.elements = () -> new Elements(parameters.scale(), parameters.zeroPoint(), min, workers);
    }

    @Override
    public void run(KernelContext context) {
        context.workspace(elements).run(context);
    }

    private static final class Elements extends Parts {
        private static final int UNIT = 4096;

        private final float scale;
        private final int zeroPoint;
        private final int min;
        private float[] x = new float[0];
        private byte[] y = new byte[0];
        private int count;

        Elements(float scale, int zeroPoint, int min, Workers workers) {
            super(workers);
            this.scale = scale;
            this.zeroPoint = zeroPoint;
            this.min = min;
        }

        void run(KernelContext context) {
            x = context.input(0).floats();
            y = context.output(0).bytes();
            count = context.input(0).elementCount();
            start(Math.ceilDiv(count, UNIT), count);
        }

        @Override
        void range(int first, int end, int thread) {
            int i = first * UNIT;
            int behind = Math.min(count, end * UNIT);
            for (; Narrowing.IS_DIRECT && i + LANES <= behind; i += LANES) {
                Narrowing.store(steps(i), y, i);
            }
            for (; i < behind; i++) {
                y[i] = (byte) QuantizationMath.quantize(x[i], scale, zeroPoint, min, min + 255);
            }
        }

        /// Halves are rounded away from zero; NaN becomes 0 steps, as the conversion has it.
        private IntVector steps(int at) {
            FloatVector steps =
                    FloatVector.fromArray(SPECIES, x, at).div(scale).max(-FAR).min(FAR);
            IntVector whole = (IntVector) steps.convert(VectorOperators.F2I, 0);
            FloatVector rest = steps.sub((FloatVector) whole.convert(VectorOperators.I2F, 0));
            return whole.add(1, rest.compare(VectorOperators.GE, 0.5f).cast(IntVector.SPECIES_PREFERRED))
                    .sub(1, rest.compare(VectorOperators.LE, -0.5f).cast(IntVector.SPECIES_PREFERRED))
                    .add(zeroPoint)
                    .max(min)
                    .min(min + 255);
        }
    }
}
