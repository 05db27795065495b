package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FusedActivation.FloatBounds;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What comes after the sums: bias, activation, and their places in the output.
final class OutputStage {
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

    /// Stores the sums of a tile: `vectors` vectors of channels, from channel `first` on, for each of
    /// `pixels` pixels.
    ///
    /// @param at where channel `first` of the first pixel goes in `y`
    void store(float[] sums, int pixels, int vectors, float[] y, int at, int first) {
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
