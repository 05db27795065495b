package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.WeightMath.QuantizedWeights;
import dev.lithe.operators.WeightMath.WeightRounding;
import dev.lithe.schema.TensorType;
import org.junit.jupiter.api.Test;

/// Figures that TensorFlow 2.21 wrote into its files, and arithmetic done by hand.
class QuantizationMathTest {
    @Test
    void activationRangesHoldZero() {
        // kws: the input of TensorFlow's int8 model
        assertThat(QuantizationMath.activationInt8(-123.372314453125, 25.14222526550293))
                .isEqualTo(QuantizationParameters.perTensor(0.58240998f, 84));
        assertThat(QuantizationMath.activationInt8(2, 5.1)).isEqualTo(QuantizationParameters.perTensor(0.02f, -128));
        assertThat(QuantizationMath.activationInt8(-5.1, -2)).isEqualTo(QuantizationParameters.perTensor(0.02f, 127));
        assertThat(QuantizationMath.activationUint8(0, 255)).isEqualTo(QuantizationParameters.perTensor(1, 0));
        assertThat(QuantizationMath.activationInt16(-2, 1)).isEqualTo(QuantizationParameters.perTensor(2f / 32767, 0));
    }

    @Test
    void emptyRangesStillHaveAScale() {
        // what TensorFlow writes for the output of a RELU that never sees a positive value
        assertThat(QuantizationMath.activationInt8(0, 0)).isEqualTo(QuantizationParameters.perTensor(7.843137e-9f, 0));
        assertThat(QuantizationMath.activationInt16(0, 0).scale()).isPositive();
        assertThat(QuantizationMath.constantInt8(new float[] {0}).scale()).isEqualTo((float) 1e-6 / 255);
        assertThat(WeightMath.scale(0)).isEqualTo((float) 5e-7 / 127);
    }

    @Test
    void badRangesAreRefused() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> QuantizationMath.activationInt8(0, bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> QuantizationMath.activationInt16(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        WeightMath.quantize(new float[] {Float.NaN}, Shape.of(1), -1, WeightRounding.BY_INVERSE_SCALE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void constantsRoundAfterTheZeroPointAndOperatorsBefore() {
        QuantizationParameters parameters = QuantizationParameters.perTensor(1, 10);
        float[] values = {-2.5f, 2.5f, 1000, -1000};
        assertThat(QuantizationMath.quantizeConstantInt8(values, parameters)).containsExactly(8, 13, 127, -128);
        assertThat(QuantizationMath.quantize(Tensor.of(Shape.of(4), values), TensorType.INT8, parameters)
                        .bytes())
                .containsExactly(7, 13, 127, -128);
        assertThat(QuantizationMath.quantizeConstantInt16(new float[] {1, -1, 0.25f}, 1f / 32767))
                .containsExactly(32767, -32767, 8192);
    }

    @Test
    void quantizeAndDequantizeAreInverseOnTheGrid() {
        QuantizationParameters parameters = QuantizationParameters.perTensor(0.1f, 3);
        for (TensorType type : new TensorType[] {TensorType.INT8, TensorType.UINT8, TensorType.INT16}) {
            byte[] bytes = {-128, -1, 0, 3, 127};
            short[] shorts = {-32768, -1, 0, 3, 32767};
            Object stored = type == TensorType.INT16 ? shorts : bytes;
            Tensor quantized = Tensor.wrap(type, Shape.of(5), parameters, stored);
            Tensor real = QuantizationMath.dequantize(quantized);
            assertThat(real.floats()[3]).isZero();
            assertThat(QuantizationMath.quantize(real, type, parameters).toLittleEndian())
                    .isEqualTo(quantized.toLittleEndian());
        }
        Tensor odd = Tensor.of(Shape.of(3), Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
        assertThat(QuantizationMath.quantize(odd, TensorType.INT8, parameters).bytes())
                .containsExactly(3, 127, -128);
    }

    @Test
    void perChannelDequantizeFollowsTheDimension() {
        QuantizationParameters parameters = QuantizationParameters.perChannel(new float[] {1, 10}, 1);
        Tensor quantized =
                Tensor.wrap(TensorType.INT8, Shape.of(2, 2, 2), parameters, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        assertThat(QuantizationMath.dequantize(quantized).floats()).containsExactly(1, 2, 30, 40, 5, 6, 70, 80);
    }

    @Test
    void weightsAreScaledPerSlice() {
        float[] weights = {1, -2, 0.5f, 4, 0, -1};
        assertThat(WeightMath.largest(weights, Shape.of(2, 3), 0)).containsExactly(2, 4);
        assertThat(WeightMath.largest(weights, Shape.of(2, 3), 1)).containsExactly(4, 2, 1);
        assertThat(WeightMath.largest(weights, Shape.of(2, 3), -1)).containsExactly(4);
        QuantizedWeights rows = WeightMath.quantize(weights, Shape.of(2, 3), 0, WeightRounding.BY_INVERSE_RANGE);
        // 1 * 127 / 2 = 63.5: halves go away from 0
        assertThat(rows.values()).containsExactly(64, -127, 32, 127, 0, -32);
        assertThat(rows.parameters()).isEqualTo(QuantizationParameters.perChannel(new float[] {2f / 127, 4f / 127}, 0));
        QuantizedWeights columns = WeightMath.quantize(weights, Shape.of(2, 3), 1, new float[] {1, 1, 0.001f});
        assertThat(columns.values()).containsExactly(1, -2, 127, 4, 0, -127);
        assertThat(columns.parameters().quantizedDimension()).isEqualTo(1);
    }

    @Test
    void biasesAreStoredInTheScaleOfTheProduct() {
        float[] scales = QuantizationMath.biasScales(0.5f, new float[] {0.25f, 0.001f});
        assertThat(scales).containsExactly(0.125f, 0.5f * 0.001f);
        assertThat(QuantizationMath.biasInt32(new float[] {1, -1}, scales)).containsExactly(8, -2000);
        assertThat(QuantizationMath.biasInt32(new float[] {1e20f, -1e20f}, scales))
                .containsExactly(Integer.MAX_VALUE, -Integer.MAX_VALUE);
        // Single precision, not double: 2^24 + 1 has no place in 24 bits.
        assertThat(QuantizationMath.biasInt64(new float[] {0x1p24f, 3}, new float[] {1 / 3f}))
                .containsExactly(50331648L, 9);
        assertThat(QuantizationMath.biasInt64(new float[] {-1e38f}, new float[] {1e-10f}))
                .containsExactly(-Long.MAX_VALUE);
    }

    @Test
    void weightsGiveWayToLargeBiases() {
        float[] tiny = {WeightMath.scale(0), 1};
        QuantizationMath.BiasFit fit = QuantizationMath.fitBias(0.5f, tiny, new float[] {10, 10});
        assertThat(fit.adjusted()).isTrue();
        assertThat(fit.biasScales()).containsExactly((float) (10.0 / 1073741823), 0.5f);
        assertThat(fit.weightScales()).containsExactly((float) (10.0 / 1073741823 / 0.5), 1);
        int[] bias = QuantizationMath.biasInt32(new float[] {10, 10}, fit.biasScales());
        assertThat(bias[0]).isBetween(1073741000, 1073742500);
        assertThat(QuantizationMath.fitBias(0.5f, new float[] {1, 1}, new float[] {10, 10})
                        .adjusted())
                .isFalse();
    }

    @Test
    void halvesAreClampedToFinite() {
        short[] halves = QuantizationMath.toFloat16(new float[] {1, 1e6f, -1e6f, 0x1p-24f, 0x1.004p0f, Float.NaN});
        float[] back = QuantizationMath.fromFloat16(halves);
        // 1 + 2^-10 / 2 * 0.5 lies between halves; the subnormal 2^-24 is kept
        assertThat(back).containsExactly(1, 65504, -65504, 0x1p-24f, 0x1.004p0f, Float.NaN);
    }
}
