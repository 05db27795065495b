package dev.lithe.runtime.simd;

import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.Rounding;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// Bias, rescaling, zero point and activation of integer sums, as the reference kernels compute them.
///
/// The sums come as floats, which hold them exactly. Rescaling in fixed point is
/// [dev.lithe.operators.support.FixedPoint#multiply(int, int, int)] in long lanes: the doubling product
/// rounds halves up, `(x * multiplier + 2^30) >> 31`; the division by a power of two rounds them away from
/// zero, `(x + half - (x < 0 ? 1 : 0)) >> exponent`.
final class IntegerStage implements Stage {
    private static final int LANES = FloatTiles.SPECIES.length();
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, VectorShape.forBitSize(LONGS.vectorBitSize() / 2));

    private final int[] bias;
    private final int outputs;
    private final int zeroPoint;
    private final IntBounds bounds;
    private final double @Nullable [] factors;
    private final int[] left;
    private final long[] multipliers;
    private final long[] half;
    private final long[] signs;
    private final long[] right;

    private IntegerStage(
            int @Nullable [] bias,
            int outputs,
            int zeroPoint,
            IntBounds bounds,
            @Nullable Multipliers fixed,
            double @Nullable [] factors) {
        int padded = PackedWeights.padded(outputs);
        this.bias = bias == null ? new int[padded] : Arrays.copyOf(Arrays.copyOf(bias, outputs), padded);
        this.outputs = outputs;
        this.zeroPoint = zeroPoint;
        this.bounds = bounds;
        this.factors = factors;
        this.left = new int[padded];
        this.multipliers = new long[padded];
        this.half = new long[padded];
        this.signs = new long[padded];
        this.right = new long[padded];
        for (int i = 0; fixed != null && i < outputs; i++) {
            int exponent = Math.max(-fixed.shifts()[i], 0);
            left[i] = Math.max(fixed.shifts()[i], 0);
            multipliers[i] = fixed.values()[i];
            half[i] = exponent == 0 ? 0 : 1L << (exponent - 1);
            signs[i] = exponent == 0 ? 0 : -1;
            right[i] = exponent;
        }
    }

    /// Rescaled in fixed point, as convolutions are.
    static IntegerStage fixedPoint(
            int @Nullable [] bias, int outputs, Multipliers multipliers, int zeroPoint, IntBounds bounds) {
        return new IntegerStage(bias, outputs, zeroPoint, bounds, multipliers, null);
    }

    /// Rescaled in double precision, as dense layers are.
    static IntegerStage doublePrecision(
            int @Nullable [] bias, int outputs, double[] factors, int zeroPoint, IntBounds bounds) {
        return new IntegerStage(bias, outputs, zeroPoint, bounds, null, factors);
    }

    @Override
    public void store(Taps taps, int pixels, int vectors, int at, int first) {
        collect(taps, pixels * vectors, true);
        storeCollected(taps, pixels, vectors, at, first);
    }

    /// Takes the sums of a part of the taps over: as the first ones, or on top of those before.
    void collect(Taps taps, int vectors, boolean begin) {
        for (int i = 0; i < vectors * LANES; i += LANES) {
            IntVector sum = (IntVector)
                    FloatVector.fromArray(FloatTiles.SPECIES, taps.sums, i).convert(VectorOperators.F2I, 0);
            if (!begin) {
                sum = sum.add(IntVector.fromArray(IntVector.SPECIES_PREFERRED, taps.integers, i));
            }
            sum.intoArray(taps.integers, i);
        }
    }

    void storeCollected(Taps taps, int pixels, int vectors, int at, int first) {
        int width = vectors * LANES;
        int count = Math.min(width, outputs - first);
        if (factors == null) {
            rescale(taps.integers, pixels, width, first);
        } else {
            rescale(taps.integers, pixels, width, count, first, factors);
        }
        for (int p = 0; p < pixels; p++) {
            Narrowing.store(taps.integers, p * width, count, taps.bytes, at + p * outputs);
        }
    }

    private void rescale(int[] sums, int pixels, int width, int first) {
        for (int i = 0; i < width; i += INTS.length()) {
            IntVector biases = IntVector.fromArray(INTS, bias, first + i);
            IntVector lefts = IntVector.fromArray(INTS, left, first + i);
            LongVector factor = LongVector.fromArray(LONGS, multipliers, first + i);
            LongVector halves = LongVector.fromArray(LONGS, half, first + i);
            LongVector negative = LongVector.fromArray(LONGS, signs, first + i);
            LongVector exponents = LongVector.fromArray(LONGS, right, first + i);
            for (int at = i; at < i + pixels * width; at += width) {
                IntVector sum = IntVector.fromArray(INTS, sums, at).add(biases).lanewise(VectorOperators.LSHL, lefts);
                LongVector high = ((LongVector) sum.convertShape(VectorOperators.I2L, LONGS, 0))
                        .mul(factor)
                        .add(1L << 30)
                        .lanewise(VectorOperators.ASHR, 31);
                LongVector scaled = high.add(halves)
                        .add(high.lanewise(VectorOperators.ASHR, 63).and(negative))
                        .lanewise(VectorOperators.ASHR, exponents);
                IntVector result = (IntVector) scaled.convertShape(VectorOperators.L2I, INTS, 0);
                result.add(zeroPoint).max(bounds.min()).min(bounds.max()).intoArray(sums, at);
            }
        }
    }

    private void rescale(int[] sums, int pixels, int width, int count, int channel, double[] scales) {
        for (int from = 0; from < pixels * width; from += width) {
            for (int i = 0; i < count; i++) {
                int sum = sums[from + i] + bias[channel + i];
                int scaled = (int) Rounding.halfAway(sum * scales[channel + i]);
                sums[from + i] = Rounding.clamp(scaled + zeroPoint, bounds.min(), bounds.max());
            }
        }
    }
}
