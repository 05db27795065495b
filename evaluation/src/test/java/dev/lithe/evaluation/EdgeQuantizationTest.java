package dev.lithe.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.datasets.EdgeQuantization;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.schema.TensorType;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Data are quantized where operators are not known, by the arithmetic of the QUANTIZE operator: the two must not
/// part.
class EdgeQuantizationTest {
    @ParameterizedTest
    @EnumSource(names = {"INT8", "UINT8", "INT16"})
    void isWhatTheOperatorDoes(TensorType type) {
        Random random = new Random(4);
        float[] values = new float[20_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? (i - 10_000) / 32f : (float) (random.nextGaussian() * 100);
        }
        Tensor tensor = Tensor.of(Shape.of(values.length), values);
        for (float scale : new float[] {1 / 16f, 0.1f, 0.58470f, 1e-4f}) {
            QuantizationParameters parameters =
                    QuantizationParameters.perTensor(scale, type == TensorType.INT16 ? 0 : 17);

            Tensor ours = EdgeQuantization.toType(tensor, type, parameters);

            assertThat(ours.array())
                    .isEqualTo(
                            QuantizationMath.quantize(tensor, type, parameters).array());
            assertThat(EdgeQuantization.toFloat(ours).floats())
                    .containsExactly(QuantizationMath.dequantize(ours).floats());
        }
    }
}
