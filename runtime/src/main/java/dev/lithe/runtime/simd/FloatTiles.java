package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FusedActivation.FloatBounds;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products in registers: the outputs of several pixels (or rows), one or two vectors of channels
/// each, are summed over all their taps before anything is stored.
///
/// Pixel `m` of a tile reads `step * m` input elements behind the first one and writes `outputs * m` elements
/// behind it.
final class FloatTiles {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final PackedWeights packed;
    private final float[] weights;
    private final float[] bias;
    private final float min;
    private final float max;

    FloatTiles(PackedWeights packed, FloatBounds bounds) {
        this.packed = packed;
        this.weights = packed.data();
        this.bias = packed.bias();
        this.min = bounds.min();
        this.max = bounds.max();
    }

    int panels() {
        return packed.panels();
    }

    /// Computes `pixels` pixels whose taps lie `step` elements apart.
    void run(float[] x, Taps taps, int step, int pixels, float[] y, int at) {
        for (int panel = 0; panel < packed.panels(); panel++) {
            run(panel, x, taps, step, pixels, y, at);
        }
    }

    /// Computes one panel's outputs. Where the pixels are no multiple of a tile, the last tile overlaps the
    /// one before: the same values are stored twice.
    void run(int panel, float[] x, Taps taps, int step, int pixels, float[] y, int at) {
        int first = panel * PackedWeights.PANEL;
        int base = packed.base(panel);
        boolean two = packed.isDouble(panel);
        int tile = pixels >= 6 ? 6 : pixels >= 3 ? 3 : 1;
        for (int p = 0; p < pixels; p += tile) {
            int pixel = Math.min(p, pixels - tile);
            int target = at + pixel * packed.outputs() + first;
            int shift = pixel * step;
            if (two) {
                switch (tile) {
                    case 6 -> tile6x2(x, taps, shift, step, base, y, target, first);
                    case 3 -> tile3x2(x, taps, shift, step, base, y, target, first);
                    default -> tile1x2(x, taps, shift, base, y, target, first);
                }
            } else {
                switch (tile) {
                    case 6 -> tile6x1(x, taps, shift, step, base, y, target, first);
                    case 3 -> tile3x1(x, taps, shift, step, base, y, target, first);
                    default -> tile1x1(x, taps, shift, base, y, target, first);
                }
            }
        }
    }

    private void tile6x2(float[] x, Taps taps, int shift, int step, int base, float[] y, int at, int first) {
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
        int outputs = packed.outputs();
        store(a0, a1, y, at, first);
        store(b0, b1, y, at + outputs, first);
        store(c0, c1, y, at + 2 * outputs, first);
        store(d0, d1, y, at + 3 * outputs, first);
        store(e0, e1, y, at + 4 * outputs, first);
        store(f0, f1, y, at + 5 * outputs, first);
    }

    private void tile3x2(float[] x, Taps taps, int shift, int step, int base, float[] y, int at, int first) {
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
        int outputs = packed.outputs();
        store(a0, a1, y, at, first);
        store(b0, b1, y, at + outputs, first);
        store(c0, c1, y, at + 2 * outputs, first);
    }

    private void tile1x2(float[] x, Taps taps, int shift, int base, float[] y, int at, int first) {
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
        store(a0, a1, y, at, first);
    }

    private void tile6x1(float[] x, Taps taps, int shift, int step, int base, float[] y, int at, int first) {
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
        int outputs = packed.outputs();
        store(a, y, at, first);
        store(b, y, at + outputs, first);
        store(c, y, at + 2 * outputs, first);
        store(d, y, at + 3 * outputs, first);
        store(e, y, at + 4 * outputs, first);
        store(f, y, at + 5 * outputs, first);
    }

    private void tile3x1(float[] x, Taps taps, int shift, int step, int base, float[] y, int at, int first) {
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
        int outputs = packed.outputs();
        store(a, y, at, first);
        store(b, y, at + outputs, first);
        store(c, y, at + 2 * outputs, first);
    }

    private void tile1x1(float[] x, Taps taps, int shift, int base, float[] y, int at, int first) {
        FloatVector a = FloatVector.zero(SPECIES);
        for (int run = 0; run < taps.runs; run++) {
            int i = taps.from[run] + shift;
            int end = i + taps.count[run];
            int w = base + taps.row[run] * LANES;
            for (; i < end; i++, w += LANES) {
                a = a.add(FloatVector.fromArray(SPECIES, weights, w).mul(x[i]));
            }
        }
        store(a, y, at, first);
    }

    private void store(FloatVector v0, FloatVector v1, float[] y, int at, int first) {
        finish(v0, first).intoArray(y, at);
        store(v1, y, at + LANES, first + LANES);
    }

    private void store(FloatVector v, float[] y, int at, int first) {
        FloatVector finished = finish(v, first);
        int left = packed.outputs() - first;
        if (left >= LANES) {
            finished.intoArray(y, at);
        } else {
            finished.intoArray(y, at, SPECIES.indexInRange(0, left));
        }
    }

    private FloatVector finish(FloatVector sum, int first) {
        return clamp(sum.add(FloatVector.fromArray(SPECIES, bias, first)), min, max);
    }

    /// NaN passes unchanged, as in the reference kernels.
    static FloatVector clamp(FloatVector v, float min, float max) {
        FloatVector low = v.blend(min, v.compare(VectorOperators.LT, min));
        return low.blend(max, low.compare(VectorOperators.GT, max));
    }
}
