package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Weights in the order in which [FloatTiles] reads them: outputs are cut into panels of two vectors, the
/// last one of one vector where that is enough; a panel holds, for each input element, the weights of its
/// outputs side by side. What is missing to a whole vector is 0.
///
/// @param depth input elements that an output reads
/// @param bias one for each output and zeros up to a whole vector; zeros where there is none
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record PackedWeights(float[] data, int depth, int outputs, float[] bias) {
    private static final int LANES = FloatTiles.SPECIES.length();
    static final int PANEL = 2 * LANES;

    /// Packs weights that are stored output by output.
    static PackedWeights ofRows(float[] weights, int outputs, int depth, float @Nullable [] bias) {
        float[] data = new float[padded(outputs) * depth];
        int at = 0;
        for (int first = 0; first < outputs; first += PANEL) {
            int width = width(first, outputs);
            int count = Math.min(width, outputs - first);
            for (int k = 0; k < depth; k++, at += width) {
                for (int o = 0; o < count; o++) {
                    data[at + o] = weights[(first + o) * depth + k];
                }
            }
        }
        return new PackedWeights(data, depth, outputs, paddedBias(bias, outputs));
    }

    /// Whether packed weights of this shape (outputs first) fit into an array.
    static boolean fit(Shape shape) {
        return shape.rank() > 0
                && (shape.dimension(0) + (long) LANES) * shape.flatSize(1, shape.rank()) < Integer.MAX_VALUE - 8;
    }

    static float[] paddedBias(float @Nullable [] bias, int outputs) {
        return bias == null ? new float[padded(outputs)] : Arrays.copyOf(Arrays.copyOf(bias, outputs), padded(outputs));
    }

    /// `outputs` rounded up to whole vectors.
    static int padded(int outputs) {
        return (outputs + LANES - 1) / LANES * LANES;
    }

    int panels() {
        return (outputs + PANEL - 1) / PANEL;
    }

    /// Whether the panel has two vectors.
    boolean isDouble(int panel) {
        return width(panel * PANEL, outputs) == PANEL;
    }

    /// Where the panel begins.
    int base(int panel) {
        return panel * PANEL * depth;
    }

    private static int width(int first, int outputs) {
        return outputs - first > LANES ? PANEL : LANES;
    }
}
