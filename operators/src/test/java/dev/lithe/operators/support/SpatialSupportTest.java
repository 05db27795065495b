package dev.lithe.operators.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import org.junit.jupiter.api.Test;

class SpatialSupportTest {
    @Test
    void samePaddingPutsTheOddElementBehind() {
        assertThat(SpatialPadding.of(Padding.SAME, 10, 4, 1, 1)).isEqualTo(new SpatialPadding(10, 1, 2));
        assertThat(SpatialPadding.of(Padding.SAME, 7, 3, 2, 1)).isEqualTo(new SpatialPadding(4, 1, 1));
        assertThat(SpatialPadding.of(Padding.SAME, 8, 3, 2, 1)).isEqualTo(new SpatialPadding(4, 0, 1));
        // A dilated filter of 3 spans 5.
        assertThat(SpatialPadding.of(Padding.SAME, 6, 3, 1, 2)).isEqualTo(new SpatialPadding(6, 2, 2));
        // A stride beyond the filter leaves elements unseen and pads nothing.
        assertThat(SpatialPadding.of(Padding.SAME, 5, 1, 3, 1)).isEqualTo(new SpatialPadding(2, 0, 0));
    }

    @Test
    void validPaddingTakesWholeWindows() {
        assertThat(SpatialPadding.of(Padding.VALID, 10, 4, 3, 1)).isEqualTo(new SpatialPadding(3, 0, 0));
        assertThat(SpatialPadding.of(Padding.VALID, 9, 3, 2, 2)).isEqualTo(new SpatialPadding(3, 0, 0));
        assertThat(SpatialPadding.outputSize(Padding.VALID, Shape.UNKNOWN, 3, 1, 1))
                .isEqualTo(Shape.UNKNOWN);
        assertThatThrownBy(() -> SpatialPadding.of(Padding.VALID, 2, 5, 1, 1)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> SpatialPadding.of(Padding.VALID, 2, 5, 0, 1)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> SpatialPadding.of(Padding.SAME, 2, 2, 1, 0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> SpatialPadding.of(Padding.SAME, 2, 5, 1, 1 << 30))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void shapesBroadcastFromTheInnermostDimension() {
        assertThat(Broadcasting.shape(Shape.of(4, 1, 3), Shape.of(2, 1))).isEqualTo(Shape.of(4, 2, 3));
        assertThat(Broadcasting.shape(Shape.of(-1, 3), Shape.of(1, 3))).isEqualTo(Shape.of(-1, 3));
        assertThat(Broadcasting.shape(Shape.SCALAR, Shape.of(2), Shape.of(3, 1)))
                .isEqualTo(Shape.of(3, 2));
        assertThat(Broadcasting.shape(Shape.of(0), Shape.of(1))).isEqualTo(Shape.of(0));
        assertThatThrownBy(() -> Broadcasting.shape(Shape.of(2), Shape.of(3))).isInstanceOf(ShapeException.class);
        assertThat(Broadcasting.strides(Shape.of(2, 1, 3), Shape.of(5, 2, 4, 3)))
                .containsExactly(0, 3, 0, 1);
    }

    @Test
    void activationsClamp() {
        assertThat(FusedActivation.floatBounds(ActivationFunctionType.RELU6)).isEqualTo(new FloatBounds(0, 6));
        assertThat(FusedActivation.floatBounds(ActivationFunctionType.NONE).clamp(Float.NEGATIVE_INFINITY))
                .isEqualTo(-Float.MAX_VALUE);
        assertThat(FusedActivation.floatBounds(ActivationFunctionType.RELU).clamp(Float.NaN))
                .isNaN();
        QuantizationParameters output = QuantizationParameters.perTensor(0.05f, -20);
        // -20 + round(6 / 0.05) = 100; -20 + round(-1 / 0.05) = -40
        assertThat(FusedActivation.quantizedBounds(ActivationFunctionType.RELU6, TensorType.INT8, output))
                .isEqualTo(new IntBounds(-20, 100));
        assertThat(FusedActivation.quantizedBounds(ActivationFunctionType.RELU_N1_TO_1, TensorType.INT8, output))
                .isEqualTo(new IntBounds(-40, 0));
        assertThat(FusedActivation.quantizedBounds(ActivationFunctionType.NONE, TensorType.UINT8, output))
                .isEqualTo(new IntBounds(0, 255));
        assertThat(FusedActivation.quantizedBounds(
                        ActivationFunctionType.RELU6,
                        TensorType.INT16,
                        QuantizationParameters.perTensor(Float.MIN_VALUE, 0)))
                .isEqualTo(new IntBounds(0, 32767));
        assertThatThrownBy(() -> FusedActivation.floatBounds(ActivationFunctionType.TANH))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("TANH");
    }
}
