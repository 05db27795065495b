package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FusedActivation.FloatBounds;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions of two floats over stretches of arrays, in vectors and a scalar rest, both to the last bit
/// what the reference kernels compute.
enum BinaryFunction {
    ADD {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, a, i + k).add(FloatVector.fromArray(SPECIES, b, j + k));
                FloatVector low = v.blend(bounds.min(), v.compare(VectorOperators.LT, bounds.min()));
                low.blend(bounds.max(), low.compare(VectorOperators.GT, bounds.max()))
                        .intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = bounds.clamp(a[i + k] + b[j + k]);
            }
        }
    },
    SUB {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, a, i + k).sub(FloatVector.fromArray(SPECIES, b, j + k));
                FloatVector low = v.blend(bounds.min(), v.compare(VectorOperators.LT, bounds.min()));
                low.blend(bounds.max(), low.compare(VectorOperators.GT, bounds.max()))
                        .intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = bounds.clamp(a[i + k] - b[j + k]);
            }
        }
    },
    MUL {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, a, i + k).mul(FloatVector.fromArray(SPECIES, b, j + k));
                FloatVector low = v.blend(bounds.min(), v.compare(VectorOperators.LT, bounds.min()));
                low.blend(bounds.max(), low.compare(VectorOperators.GT, bounds.max()))
                        .intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = bounds.clamp(a[i + k] * b[j + k]);
            }
        }
    },
    DIV {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, a, i + k).div(FloatVector.fromArray(SPECIES, b, j + k));
                FloatVector low = v.blend(bounds.min(), v.compare(VectorOperators.LT, bounds.min()));
                low.blend(bounds.max(), low.compare(VectorOperators.GT, bounds.max()))
                        .intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = bounds.clamp(a[i + k] / b[j + k]);
            }
        }
    },
    SQUARED_DIFFERENCE {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector v = FloatVector.fromArray(SPECIES, a, i + k).sub(FloatVector.fromArray(SPECIES, b, j + k));
                v.mul(v).intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = (a[i + k] - b[j + k]) * (a[i + k] - b[j + k]);
            }
        }
    },
    MAXIMUM {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, a, i + k);
                FloatVector v = FloatVector.fromArray(SPECIES, b, j + k);
                v.blend(u, u.compare(VectorOperators.GT, v)).intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = a[i + k] > b[j + k] ? a[i + k] : b[j + k];
            }
        }
    },
    MINIMUM {
        @Override
        void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds) {
            int whole = SPECIES.loopBound(count);
            for (int k = 0; k < whole; k += LANES) {
                FloatVector u = FloatVector.fromArray(SPECIES, a, i + k);
                FloatVector v = FloatVector.fromArray(SPECIES, b, j + k);
                v.blend(u, u.compare(VectorOperators.LT, v)).intoArray(y, at + k);
            }
            for (int k = whole; k < count; k++) {
                y[at + k] = a[i + k] < b[j + k] ? a[i + k] : b[j + k];
            }
        }
    };

    private static final VectorSpecies<Float> SPECIES = FloatTiles.SPECIES;
    private static final int LANES = SPECIES.length();

    /// `y[at + k] = f(a[i + k], b[j + k])` for `count` elements; `bounds` are the fused activation's, for
    /// those functions that take one.
    abstract void apply(float[] a, int i, float[] b, int j, float[] y, int at, int count, FloatBounds bounds);
}
