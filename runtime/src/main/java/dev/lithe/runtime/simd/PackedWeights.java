package dev.lithe.runtime.simd;

import dev.lithe.graph.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Weights in the order in which [FloatTiles] reads them: outputs are cut into panels of four vectors (two
/// where vectors are short: then there are half as many registers), the last ones of two and of one; a panel
/// holds, for each input element, the weights of its outputs side by side. What is missing to a whole
/// vector is 0.
///
/// @param depth input elements that an output reads
/// @param bias one for each output and zeros up to a whole vector; zeros where there is none
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
record PackedWeights(float[] data, int depth, int outputs, float[] bias) {
    private static final int LANES = FloatTiles.SPECIES.length();
    private static final int WIDEST = LANES >= 16 ? 4 : 2;

    /// Packs weights that are stored output by output.
    static PackedWeights ofRows(float[] weights, int outputs, int depth, float @Nullable [] bias) {
        PackedWeights packed =
                new PackedWeights(new float[padded(outputs) * depth], depth, outputs, paddedBias(bias, outputs));
        packed.setRows(weights, 0);
        return packed;
    }

    /// Takes other weights: output by output from element `from` on.
    void setRows(float[] weights, int from) {
        for (int panel = 0; panel < panels(); panel++) {
            setRows(panel, weights, from);
        }
    }

    /// Takes other weights: input element by input element from element `from` on.
    void setColumns(float[] weights, int from) {
        for (int panel = 0; panel < panels(); panel++) {
            int first = first(panel);
            int width = vectors(panel) * LANES;
            int count = Math.min(width, outputs - first);
            for (int k = 0, at = base(panel); k < depth; k++, at += width) {
                System.arraycopy(weights, from + k * outputs + first, data, at, count);
            }
        }
    }

    private void setRows(int panel, float[] weights, int from) {
        int first = first(panel);
        int width = vectors(panel) * LANES;
        int count = Math.min(width, outputs - first);
        int at = base(panel);
        for (int k = 0; k < depth; k++, at += width) {
            for (int o = 0; o < count; o++) {
                data[at + o] = weights[from + (first + o) * depth + k];
            }
        }
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

    private int allVectors() {
        return padded(outputs) / LANES;
    }

    int panels() {
        return allVectors() / WIDEST + Integer.bitCount(allVectors() % WIDEST);
    }

    /// How many vectors of outputs the panel has: 4, 2 or 1.
    int vectors(int panel) {
        int rest = allVectors() - first(panel) / LANES;
        return rest >= WIDEST ? WIDEST : Integer.highestOneBit(rest);
    }

    /// The first output of the panel.
    int first(int panel) {
        int whole = allVectors() / WIDEST;
        if (panel <= whole) {
            return panel * WIDEST * LANES;
        }
        // Behind the whole panels come at most two: one of two vectors and one of one.
        return (whole * WIDEST + 2) * LANES;
    }

    /// Where the panel begins in the data.
    int base(int panel) {
        return first(panel) * depth;
    }
}
