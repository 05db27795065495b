package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FusedActivation.FloatBounds;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What comes after the sums: bias, activation, and their places in the output.
final class OutputStage implements Stage {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    private final float[] bias;
    private final int outputs;
    private final float min;
    private final float max;

    /// @param bias for whole vectors
    OutputStage(float[] bias, int outputs, FloatBounds bounds) {
        this.bias = bias;
        this.outputs = outputs;
        this.min = bounds.min();
        this.max = bounds.max();
    }

    @Override
    public void store(Taps taps, int pixels, int vectors, int at, int first) {
        float[] sums = taps.sums;
        float[] y = taps.floats;
        int from = 0;
        for (int p = 0; p < pixels; p++) {
            for (int v = 0; v < vectors; v++, from += LANES) {
                int channel = first + v * LANES;
                FloatVector sum =
                        FloatVector.fromArray(SPECIES, sums, from).add(FloatVector.fromArray(SPECIES, bias, channel));
                // NaN passes unchanged, as in the reference kernels.
                FloatVector low = sum.blend(min, sum.compare(VectorOperators.LT, min));
                FloatVector both = low.blend(max, low.compare(VectorOperators.GT, max));
                int target = at + p * outputs + v * LANES;
                if (outputs - channel >= LANES) {
                    both.intoArray(y, target);
                } else {
                    both.intoArray(y, target, SPECIES.indexInRange(channel, outputs));
                }
            }
        }
    }
}
