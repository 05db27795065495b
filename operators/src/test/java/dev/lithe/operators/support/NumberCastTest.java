package dev.lithe.operators.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.schema.TensorType;
import org.junit.jupiter.api.Test;

/// Numbers that do not fit the target type; LiteRT's answers for those that do are among the fixtures.
class NumberCastTest {
    private static final Tensor BEYOND =
            Tensor.of(Shape.of(6), 1e20f, -1e20f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, -1.5f);

    private static double[] cast(TensorType type) {
        Tensor result = Tensor.allocate(type, BEYOND.shape(), QuantizationParameters.NONE);
        NumberCast.all(BEYOND, result);
        return result.toDoubles();
    }

    @Test
    void signedIntegersSaturate() {
        assertThat(cast(TensorType.INT8)).containsExactly(127, -128, 127, -128, 127, -1);
        assertThat(cast(TensorType.INT16)).containsExactly(32767, -32768, 32767, -32768, 32767, -1);
        double max = Long.MAX_VALUE;
        assertThat(cast(TensorType.INT64)).containsExactly(max, Long.MIN_VALUE, max, Long.MIN_VALUE, max, -1);
        assertThat(cast(TensorType.INT4)).containsExactly(7, -8, 7, -8, 7, -1);
        assertThat(cast(TensorType.INT2)).containsExactly(1, -2, 1, -2, 1, -1);
    }

    @Test
    void unsignedIntegersSaturate() {
        assertThat(cast(TensorType.UINT8)).containsExactly(255, 0, 255, 0, 255, 0);
        assertThat(cast(TensorType.UINT16)).containsExactly(65535, 0, 65535, 0, 65535, 0);
        double max = (1L << 32) - 1;
        assertThat(cast(TensorType.UINT32)).containsExactly(max, 0, max, 0, max, 0);
        assertThat(cast(TensorType.UINT4)).containsExactly(15, 0, 15, 0, 15, 0);
    }

    /// BFLOAT16 keeps the upper half of a float's bits: ties go to the even neighbour.
    @Test
    void bfloat16RoundsToNearestEven() {
        float[] values = {
            Float.intBitsToFloat(0x3F808000), Float.intBitsToFloat(0x3F818000), Float.intBitsToFloat(0x3F808001)
        };
        Tensor result = Tensor.allocate(TensorType.BFLOAT16, Shape.of(3), QuantizationParameters.NONE);

        NumberCast.all(Tensor.of(Shape.of(3), values), result);

        assertThat(result.shorts()).containsExactly(0x3F80, 0x3F82, 0x3F81);
    }
}
