package dev.lithe.runtime.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions of one float over a stretch of an array, to the last bit what the reference kernels compute.
interface UnaryFunction {
    VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    int LANES = SPECIES.length();

    /// `y[i] = f(x[i])` for the elements from `first` (inclusive) to `end` (exclusive).
    void apply(float[] x, float[] y, int first, int end);

    /// `x > max ? max : x < min ? min : x`.
    static UnaryFunction clamp(float min, float max) {
        return (x, y, first, end) -> {
            int i = first;
            for (; i + LANES <= end; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                FloatVector low = v.blend(min, v.compare(VectorOperators.LT, min));
                low.blend(max, v.compare(VectorOperators.GT, max)).intoArray(y, i);
            }
            for (; i < end; i++) {
                y[i] = x[i] > max ? max : x[i] < min ? min : x[i];
            }
        };
    }

    /// `x > 0 ? x : x * alpha`.
    static UnaryFunction leaky(float alpha) {
        return (x, y, first, end) -> {
            int i = first;
            for (; i + LANES <= end; i += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, i);
                v.mul(alpha).blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(y, i);
            }
            for (; i < end; i++) {
                y[i] = x[i] > 0 ? x[i] : x[i] * alpha;
            }
        };
    }

    /// `x * min(6, max(0, x + 3)) / 6`.
    static void hardSwish(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.mul(v.add(3f).max(0f).min(6f)).div(6f).intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = x[i] * Math.min(6, Math.max(0, x[i] + 3)) / 6;
        }
    }

    static void negate(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector.fromArray(SPECIES, x, i).neg().intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = -x[i];
        }
    }

    static void absolute(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector.fromArray(SPECIES, x, i).abs().intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = Math.abs(x[i]);
        }
    }

    static void square(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, i);
            v.mul(v).intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = x[i] * x[i];
        }
    }

    static void root(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector.fromArray(SPECIES, x, i).sqrt().intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = (float) Math.sqrt(x[i]);
        }
    }

    static void inverseRoot(float[] x, float[] y, int first, int end) {
        int i = first;
        for (; i + LANES <= end; i += LANES) {
            FloatVector root = FloatVector.fromArray(SPECIES, x, i).sqrt();
            FloatVector.broadcast(SPECIES, 1f).div(root).intoArray(y, i);
        }
        for (; i < end; i++) {
            y[i] = 1 / (float) Math.sqrt(x[i]);
        }
    }
}
