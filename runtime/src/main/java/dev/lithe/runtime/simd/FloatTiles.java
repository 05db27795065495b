package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FusedActivation.FloatBounds;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products in registers: the outputs of several pixels (or rows), one to four vectors of channels
/// each, are summed over all their taps before anything is stored.
///
/// No method here takes or gives a vector: one that the compiler does not inline would make an object of it.
final class FloatTiles implements Tiles {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    static final int LARGEST_TILE = 16 * LANES;

    private final PackedWeights packed;
    private final float[] weights;
    private final Stage stage;

    FloatTiles(PackedWeights packed, FloatBounds bounds) {
        this.packed = packed;
        this.weights = packed.data();
        this.stage = new OutputStage(packed.bias(), packed.outputs(), bounds);
    }

    @Override
    public int panels() {
        return packed.panels();
    }

    /// Where the pixels are no multiple of a tile, the last tile overlaps the one before: the same values are
    /// stored twice.
    @Override
    public void run(int panel, float[] x, Taps taps, int step, int pixels, int at) {
        int first = packed.first(panel);
        int vectors = packed.vectors(panel);
        int base = packed.base(panel);
        int tile = tile(vectors, pixels);
        for (int p = 0; p < pixels; p += tile) {
            int pixel = Math.min(p, pixels - tile);
            int shift = pixel * step;
            switch (vectors * 10 + tile) {
                case 44 -> tile4x4(x, taps, shift, step, base);
                case 41 -> tile1x4(x, taps, shift, base);
                case 26 -> tile6x2(x, taps, shift, step, base);
                case 23 -> tile3x2(x, taps, shift, step, base);
                case 21 -> tile1x2(x, taps, shift, base);
                case 16 -> tile6x1(x, taps, shift, step, base);
                case 13 -> tile3x1(x, taps, shift, step, base);
                default -> tile1x1(x, taps, shift, base);
            }
            stage.store(taps, tile, vectors, at + pixel * packed.outputs() + first, first);
        }
    }

    /// How many pixels are computed together: so many that their sums fill the registers and no more.
    private static int tile(int vectors, int pixels) {
        if (vectors == 4) {
            return pixels >= 4 ? 4 : 1;
        }
        return pixels >= 6 ? 6 : pixels >= 3 ? 3 : 1;
    }

    private void tile4x4(float[] x, Taps taps, int shift, int step, int base) {
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
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * 4 * LANES;
            for (; i < end; i++, w += 4 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = a0.add(v.mul(w0));
                a1 = a1.add(v.mul(w1));
                a2 = a2.add(v.mul(w2));
                a3 = a3.add(v.mul(w3));
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = b0.add(v.mul(w0));
                b1 = b1.add(v.mul(w1));
                b2 = b2.add(v.mul(w2));
                b3 = b3.add(v.mul(w3));
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = c0.add(v.mul(w0));
                c1 = c1.add(v.mul(w1));
                c2 = c2.add(v.mul(w2));
                c3 = c3.add(v.mul(w3));
                v = FloatVector.broadcast(SPECIES, x[i + 3 * step]);
                d0 = d0.add(v.mul(w0));
                d1 = d1.add(v.mul(w1));
                d2 = d2.add(v.mul(w2));
                d3 = d3.add(v.mul(w3));
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

    private void tile1x4(float[] x, Taps taps, int shift, int base) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * 4 * LANES;
            for (; i < end; i++, w += 4 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector w2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
                FloatVector w3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = a0.add(v.mul(w0));
                a1 = a1.add(v.mul(w1));
                a2 = a2.add(v.mul(w2));
                a3 = a3.add(v.mul(w3));
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
        a2.intoArray(taps.sums, 2 * LANES);
        a3.intoArray(taps.sums, 3 * LANES);
    }

    private void tile6x2(float[] x, Taps taps, int shift, int step, int base) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        FloatVector d0 = a0;
        FloatVector d1 = a0;
        FloatVector e0 = a0;
        FloatVector e1 = a0;
        FloatVector f0 = a0;
        FloatVector f1 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * 2 * LANES;
            for (; i < end; i++, w += 2 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = a0.add(v.mul(w0));
                a1 = a1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = b0.add(v.mul(w0));
                b1 = b1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = c0.add(v.mul(w0));
                c1 = c1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + 3 * step]);
                d0 = d0.add(v.mul(w0));
                d1 = d1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + 4 * step]);
                e0 = e0.add(v.mul(w0));
                e1 = e1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + 5 * step]);
                f0 = f0.add(v.mul(w0));
                f1 = f1.add(v.mul(w1));
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
        e0.intoArray(taps.sums, 8 * LANES);
        e1.intoArray(taps.sums, 9 * LANES);
        f0.intoArray(taps.sums, 10 * LANES);
        f1.intoArray(taps.sums, 11 * LANES);
    }

    private void tile3x2(float[] x, Taps taps, int shift, int step, int base) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector c0 = a0;
        FloatVector c1 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * 2 * LANES;
            for (; i < end; i++, w += 2 * LANES) {
                FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
                FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = a0.add(v.mul(w0));
                a1 = a1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + step]);
                b0 = b0.add(v.mul(w0));
                b1 = b1.add(v.mul(w1));
                v = FloatVector.broadcast(SPECIES, x[i + 2 * step]);
                c0 = c0.add(v.mul(w0));
                c1 = c1.add(v.mul(w1));
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
        b0.intoArray(taps.sums, 2 * LANES);
        b1.intoArray(taps.sums, 3 * LANES);
        c0.intoArray(taps.sums, 4 * LANES);
        c1.intoArray(taps.sums, 5 * LANES);
    }

    private void tile1x2(float[] x, Taps taps, int shift, int base) {
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = a0;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * 2 * LANES;
            for (; i < end; i++, w += 2 * LANES) {
                FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
                a0 = a0.add(v.mul(FloatVector.fromArray(SPECIES, weights, w)));
                a1 = a1.add(v.mul(FloatVector.fromArray(SPECIES, weights, w + LANES)));
            }
        }
        a0.intoArray(taps.sums, 0);
        a1.intoArray(taps.sums, LANES);
    }

    private void tile6x1(float[] x, Taps taps, int shift, int step, int base) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        FloatVector e = a;
        FloatVector f = a;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * LANES;
            for (; i < end; i++, w += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, weights, w);
                a = a.add(v.mul(x[i]));
                b = b.add(v.mul(x[i + step]));
                c = c.add(v.mul(x[i + 2 * step]));
                d = d.add(v.mul(x[i + 3 * step]));
                e = e.add(v.mul(x[i + 4 * step]));
                f = f.add(v.mul(x[i + 5 * step]));
            }
        }
        a.intoArray(taps.sums, 0);
        b.intoArray(taps.sums, LANES);
        c.intoArray(taps.sums, 2 * LANES);
        d.intoArray(taps.sums, 3 * LANES);
        e.intoArray(taps.sums, 4 * LANES);
        f.intoArray(taps.sums, 5 * LANES);
    }

    private void tile3x1(float[] x, Taps taps, int shift, int step, int base) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        FloatVector c = a;
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * LANES;
            for (; i < end; i++, w += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, weights, w);
                a = a.add(v.mul(x[i]));
                b = b.add(v.mul(x[i + step]));
                c = c.add(v.mul(x[i + 2 * step]));
            }
        }
        a.intoArray(taps.sums, 0);
        b.intoArray(taps.sums, LANES);
        c.intoArray(taps.sums, 2 * LANES);
    }

    private void tile1x1(float[] x, Taps taps, int shift, int base) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * LANES;
            for (; i < end; i++, w += LANES) {
                a = a.add(FloatVector.fromArray(SPECIES, weights, w).mul(x[i]));
            }
        }
        a.intoArray(taps.sums, 0);
    }
}
