package dev.lithe.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products of integers in float registers, as [FloatTiles] for numbers that a float holds exactly. Then
/// it does not matter whether a product is rounded before it is added, and one instruction does both. Taps
/// are cut into parts whose sums cannot leave the range where floats are exact; the parts' sums are added
/// up as integers.
///
/// No method here takes or gives a vector, see [FloatTiles].
final class IntegerTiles implements Tiles {
    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    /// Up to here every integer is a float.
    private static final int EXACT = 1 << 24;

    private final PackedWeights packed;
    private final float[] weights;
    private final IntegerStage stage;
    /// How many weights of an output one part has.
    private final int part;

    /// @param values the weights, output by output
    /// @param largest the largest magnitude that an input has
    IntegerTiles(float[] values, int outputs, int depth, int largest, IntegerStage stage) {
        this.packed = PackedWeights.ofRows(values, outputs, depth, null);
        this.weights = packed.data();
        this.stage = stage;
        this.part = part(values, outputs, depth, EXACT / largest);
    }

    /// The whole depth, where the magnitudes of each output's weights sum up to no more than `limit`.
    private static int part(float[] values, int outputs, int depth, int limit) {
        double heaviest = 0;
        float largest = 1;
        for (int output = 0; output < outputs; output++) {
            double sum = 0;
            for (int k = 0; k < depth; k++) {
                float magnitude = Math.abs(values[output * depth + k]);
                sum += magnitude;
                largest = Math.max(largest, magnitude);
            }
            heaviest = Math.max(heaviest, sum);
        }
        return heaviest <= limit ? Math.max(1, depth) : (int) (limit / largest);
    }

    @Override
    public int panels() {
        return packed.panels();
    }

    /// Where the pixels are no multiple of a tile, the last tile overlaps the one before.
    @Override
    public void run(int panel, float[] x, Taps taps, int step, int pixels, int at) {
        int first = packed.first(panel);
        int vectors = packed.vectors(panel);
        int base = packed.base(panel);
        int tile = pixels >= 4 ? 4 : 1;
        for (int p = 0; p < pixels; p += tile) {
            int pixel = Math.min(p, pixels - tile);
            int from = 0;
            do {
                int end = (int) Math.min(packed.depth(), (long) from + part);
                tile(vectors * 10 + tile, x, taps, pixel * step, step, base, from, end);
                stage.collect(taps, tile * vectors, from == 0);
                from = end;
            } while (from < packed.depth());
            stage.storeCollected(taps, tile, vectors, at + pixel * packed.outputs() + first, first);
        }
    }

    /// Sums the products with the weights from `first` (inclusive) to `end` (exclusive).
    private void tile(int kind, float[] x, Taps taps, int shift, int step, int base, int first, int end) {
        switch (kind) {
            case 44 -> tile4x4(x, taps, shift, step, base, first, end);
            case 41 -> tile1x4(x, taps, shift, base, first, end);
            case 24 -> tile4x2(x, taps, shift, step, base, first, end);
            case 21 -> tile1x2(x, taps, shift, base, first, end);
            case 14 -> tile4x1(x, taps, shift, step, base, first, end);
            default -> tile1x1(x, taps, shift, base, first, end);
        }
    }

    private void tile4x4(float[] x, Taps taps, int shift, int step, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector c2 = a0;
        FloatVector c3 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        FloatVector d2 = a0;
        FloatVector d3 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * 4 * LANES;
            for (; row < behind; row++, i++, w += 4 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
                a1 = v.fma(w1, a1);
                a2 = v.fma(w2, a2);
                a3 = v.fma(w3, a3);
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = v.fma(w0, b0);
                b1 = v.fma(w1, b1);
                b2 = v.fma(w2, b2);
                b3 = v.fma(w3, b3);
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = v.fma(w0, c0);
                c1 = v.fma(w1, c1);
                c2 = v.fma(w2, c2);
                c3 = v.fma(w3, c3);
                v = FloatVector.broadcast(SPECIES, x[i + 3 * step]);
                d0 = v.fma(w0, d0);
                d1 = v.fma(w1, d1);
                d2 = v.fma(w2, d2);
                d3 = v.fma(w3, d3);
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
        a2.intoArray(taps.sums, 2 * LANES);
        a3.intoArray(taps.sums, 3 * LANES);
        b0.intoArray(taps.sums, 4 * LANES);
        b1.intoArray(taps.sums, 5 * LANES);
        b2.intoArray(taps.sums, 6 * LANES);
        b3.intoArray(taps.sums, 7 * LANES);
        c0.intoArray(taps.sums, 8 * LANES);
        c1.intoArray(taps.sums, 9 * LANES);
        c2.intoArray(taps.sums, 10 * LANES);
        c3.intoArray(taps.sums, 11 * LANES);
        d0.intoArray(taps.sums, 12 * LANES);
        d1.intoArray(taps.sums, 13 * LANES);
        d2.intoArray(taps.sums, 14 * LANES);
        d3.intoArray(taps.sums, 15 * LANES);
    }

    private void tile1x4(float[] x, Taps taps, int shift, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * 4 * LANES;
            for (; row < behind; row++, i++, w += 4 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
                a1 = v.fma(w1, a1);
                a2 = v.fma(w2, a2);
                a3 = v.fma(w3, a3);
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
        a2.intoArray(taps.sums, 2 * LANES);
        a3.intoArray(taps.sums, 3 * LANES);
    }

    private void tile4x2(float[] x, Taps taps, int shift, int step, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * 2 * LANES;
            for (; row < behind; row++, i++, w += 2 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
                a1 = v.fma(w1, a1);
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = v.fma(w0, b0);
                b1 = v.fma(w1, b1);
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = v.fma(w0, c0);
                c1 = v.fma(w1, c1);
                v = FloatVector.broadcast(SPECIES, x[i + 3 * step]);
                d0 = v.fma(w0, d0);
                d1 = v.fma(w1, d1);
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
        b0.intoArray(taps.sums, 2 * LANES);
        b1.intoArray(taps.sums, 3 * LANES);
        c0.intoArray(taps.sums, 4 * LANES);
        c1.intoArray(taps.sums, 5 * LANES);
        d0.intoArray(taps.sums, 6 * LANES);
        d1.intoArray(taps.sums, 7 * LANES);
    }

    private void tile1x2(float[] x, Taps taps, int shift, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * 2 * LANES;
            for (; row < behind; row++, i++, w += 2 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
                a1 = v.fma(w1, a1);
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
    }

    private void tile4x1(float[] x, Taps taps, int shift, int step, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector b0 = a0;
        FloatVector c0 = a0;
        FloatVector d0 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * LANES;
            for (; row < behind; row++, i++, w += LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = v.fma(w0, b0);
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = v.fma(w0, c0);
                v = FloatVector.broadcast(SPECIES, x[i + 3 * step]);
                d0 = v.fma(w0, d0);
            }
        }
        a0.intoArray(taps.sums, 0);
        b0.intoArray(taps.sums, LANES);
        c0.intoArray(taps.sums, 2 * LANES);
        d0.intoArray(taps.sums, 3 * LANES);
    }

    private void tile1x1(float[] x, Taps taps, int shift, int base, int first, int end) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        for (int run = 0; run < taps.runs; run++) {
            int row = Math.max(first, taps.row[run]);
            int behind = Math.min(end, taps.row[run] + taps.count[run]);
            int i = taps.from[run] - taps.row[run] + row + shift;
            int w = base + row * LANES;
            for (; row < behind; row++, i++, w += LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = v.fma(w0, a0);
            }
        }
        a0.intoArray(taps.sums, 0);
    }
}
