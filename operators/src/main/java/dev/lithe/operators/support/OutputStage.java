package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;
import dev.lithe.operators.support.FixedPoint.Multipliers;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What becomes of the sums of one output position: bias, rescaling, activation, and the place in the output. Each
/// variant is one of LiteRT's reference kernels to the last bit. An instance serves one run of a kernel.
public abstract class OutputStage {
    /// Stores `sums` from element `at` of the output on.
    ///
    /// @param channel the output channel of `sums[0]`
    /// @param slice the image or row that the input came from
    public abstract void store(int[] sums, int channel, int slice, int at);

    /// Stores 64-bit sums; for the stages of 16-bit activations.
    public void store(long[] sums, int channel, int at) {
        throw new IllegalStateException("this stage takes 32-bit sums");
    }

    /// Floats: bias, then activation.
    public static void store(
            float[] sums, float @Nullable [] bias, FloatBounds bounds, int channel, float[] output, int at) {
        for (int i = 0; i < sums.length; i++) {
            float value = sums[i] + (bias == null ? 0 : bias[channel + i]);
            output[at + i] = bounds.clamp(value);
        }
    }

    /// Integers rescaled in fixed point, with a multiplier per channel.
    ///
    /// @param bias in INT32 or INT64
    public static OutputStage fixedPoint(
            Tensor output, @Nullable Tensor bias, Multipliers multipliers, IntBounds bounds) {
        return new FixedPointStage(output, bias, multipliers, bounds);
    }

    /// Integers rescaled in double precision, with a factor per channel: what the fully connected reference kernels do.
    ///
    /// @param bias in INT32 or INT64
    public static OutputStage doublePrecision(
            Tensor output, @Nullable Tensor bias, double[] factors, IntBounds bounds) {
        return new DoubleStage(output, bias, factors, bounds);
    }

    /// How a hybrid kernel puts the float together; the three round differently.
    public enum HybridOrder {
        /// `(sum * weightScale) * inputScale + bias`
        WEIGHT_THEN_INPUT,
        /// `sum * (weightScale * inputScale) + bias`
        PRODUCT
    }

    /// Floats from integer sums whose input was quantized at run time.
    ///
    /// @param inputScales one per slice
    /// @param weightScales one per channel
    public static OutputStage hybrid(
            float[] output,
            float @Nullable [] bias,
            float[] inputScales,
            float[] weightScales,
            HybridOrder order,
            FloatBounds bounds) {
        return new HybridStage(output, bias, inputScales, weightScales, order, bounds);
    }

    /// `scales` itself where it holds one per channel, otherwise its only element repeated.
    public static float[] perChannel(float[] scales, int channels) {
        if (scales.length == channels) {
            return scales;
        }
        float[] repeated = new float[channels];
        Arrays.fill(repeated, scales[0]);
        return repeated;
    }

    /// Writes quantized values to an array of bytes or shorts.
    private abstract static class QuantizedStage extends OutputStage {
        private final byte @Nullable [] bytes;
        private final short @Nullable [] shorts;
        final int @Nullable [] bias;
        final long @Nullable [] wideBias;
        private final int zeroPoint;
        private final int min;
        private final int max;

        QuantizedStage(Tensor output, @Nullable Tensor bias, IntBounds bounds) {
            this.bytes = output.array() instanceof byte[] array ? array : null;
            this.shorts = output.array() instanceof short[] array ? array : null;
            this.bias = bias != null && bias.array() instanceof int[] array ? array : null;
            this.wideBias = bias != null && bias.array() instanceof long[] array ? array : null;
            this.zeroPoint = output.quantization().zeroPoint();
            this.min = bounds.min();
            this.max = bounds.max();
        }

        final void put(int at, int scaled) {
            int value = Math.max(min, Math.min(max, scaled + zeroPoint));
            if (bytes != null) {
                bytes[at] = (byte) value;
            } else if (shorts != null) {
                shorts[at] = (short) value;
            }
        }
    }

    private static final class FixedPointStage extends QuantizedStage {
        private final int[] multipliers;
        private final int[] shifts;

        FixedPointStage(Tensor output, @Nullable Tensor bias, Multipliers multipliers, IntBounds bounds) {
            super(output, bias, bounds);
            this.multipliers = multipliers.values();
            this.shifts = multipliers.shifts();
        }

        @Override
        public void store(int[] sums, int channel, int slice, int at) {
            for (int i = 0; i < sums.length; i++) {
                int c = channel + i;
                int sum = bias == null ? sums[i] : sums[i] + bias[c];
                put(at + i, FixedPoint.multiply(sum, multipliers[c], shifts[c]));
            }
        }

        @Override
        public void store(long[] sums, int channel, int at) {
            for (int i = 0; i < sums.length; i++) {
                int c = channel + i;
                long sum = wideBias == null ? sums[i] : sums[i] + wideBias[c];
                put(at + i, FixedPoint.multiply(sum, multipliers[c], shifts[c]));
            }
        }
    }

    private static final class DoubleStage extends QuantizedStage {
        private final double[] factors;

        DoubleStage(Tensor output, @Nullable Tensor bias, double[] factors, IntBounds bounds) {
            super(output, bias, bounds);
            this.factors = factors;
        }

        @Override
        public void store(int[] sums, int channel, int slice, int at) {
            for (int i = 0; i < sums.length; i++) {
                int c = channel + i;
                int sum = bias == null ? sums[i] : sums[i] + bias[c];
                put(at + i, (int) Rounding.halfAway(sum * factors[c]));
            }
        }

        @Override
        public void store(long[] sums, int channel, int at) {
            for (int i = 0; i < sums.length; i++) {
                int c = channel + i;
                long sum = wideBias == null ? sums[i] : sums[i] + wideBias[c];
                put(at + i, (int) Rounding.halfAway(sum * factors[c]));
            }
        }
    }

    private static final class HybridStage extends OutputStage {
        private final float[] output;
        private final float @Nullable [] bias;
        private final float[] inputScales;
        private final float[] weightScales;
        private final HybridOrder order;
        private final FloatBounds bounds;

        HybridStage(
                float[] output,
                float @Nullable [] bias,
                float[] inputScales,
                float[] weightScales,
                HybridOrder order,
                FloatBounds bounds) {
            this.output = output;
            this.bias = bias;
            this.inputScales = inputScales;
            this.weightScales = weightScales;
            this.order = order;
            this.bounds = bounds;
        }

        @Override
        public void store(int[] sums, int channel, int slice, int at) {
            float inputScale = inputScales[slice];
            for (int i = 0; i < sums.length; i++) {
                int c = channel + i;
                float value = switch (order) {
                    case WEIGHT_THEN_INPUT -> sums[i] * weightScales[c] * inputScale;
                    case PRODUCT -> sums[i] * (weightScales[c] * inputScale);
                };
                output[at + i] = bounds.clamp(bias == null ? value : value + bias[c]);
            }
        }
    }
}
