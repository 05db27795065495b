package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.graph.UnsupportedException;
import dev.lithe.operators.convolution.Conv2D;
import dev.lithe.operators.convolution.DepthwiseConv2D;
import dev.lithe.operators.dense.FullyConnected;
import dev.lithe.operators.quantization.Dequantize;
import dev.lithe.operators.quantization.Quantize;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What operators with weights say of shapes and types that do not fit.
class WeightedOperatorsTest {
    private static final Conv2D CONV =
            new Conv2D(Padding.SAME, 2, 1, 1, 1, ActivationFunctionType.NONE, TensorType.FLOAT32);
    private static final DepthwiseConv2D DEPTHWISE =
            new DepthwiseConv2D(Padding.VALID, 1, 1, 2, 1, 1, ActivationFunctionType.NONE);
    private static final FullyConnected DENSE = dense(false, FullyConnectedOptionsWeightsFormat.DEFAULT);

    private static FullyConnected dense(boolean keepNumDims, FullyConnectedOptionsWeightsFormat format) {
        return new FullyConnected(ActivationFunctionType.NONE, format, keepNumDims, false, TensorType.FLOAT32);
    }

    @Test
    void convolutionShapes() {
        assertThat(shape(Conv2D.DEFINITION, CONV, Shape.of(2, 7, 6, 4), Shape.of(5, 3, 3, 4)))
                .isEqualTo(Shape.of(2, 4, 6, 5));
        assertThat(shape(Conv2D.DEFINITION, CONV, Shape.of(-1, -1, 6, 4), Shape.of(5, 3, 3, 4)))
                .isEqualTo(Shape.of(-1, -1, 6, 5));
        assertThat(shape(Conv2D.DEFINITION, CONV, Shape.of(1, 4, 4, 6), Shape.of(4, 3, 3, 3)))
                .isEqualTo(Shape.of(1, 2, 4, 4));
        assertRefused(Conv2D.DEFINITION, CONV, Shape.of(1, 4, 4, 5), Shape.of(4, 3, 3, 3), "channels");
        assertRefused(Conv2D.DEFINITION, CONV, Shape.of(1, 4, 4, 6), Shape.of(3, 3, 3, 3), "groups");
        assertRefused(Conv2D.DEFINITION, CONV, Shape.of(4, 4, 6), Shape.of(3, 3, 3, 3), "4 dimensions");
    }

    @Test
    void depthwiseShapes() {
        assertThat(shape(DepthwiseConv2D.DEFINITION, DEPTHWISE, Shape.of(1, 5, 5, 3), Shape.of(1, 3, 2, 6)))
                .isEqualTo(Shape.of(1, 1, 4, 6));
        assertRefused(DepthwiseConv2D.DEFINITION, DEPTHWISE, Shape.of(1, 5, 5, 3), Shape.of(1, 3, 2, 7), "multiple");
        assertRefused(DepthwiseConv2D.DEFINITION, DEPTHWISE, Shape.of(1, 5, 5, 3), Shape.of(2, 3, 2, 6), "begin");
        assertRefused(DepthwiseConv2D.DEFINITION, DEPTHWISE, Shape.of(1, 2, 5, 3), Shape.of(1, 9, 2, 3), "VALID");
    }

    @Test
    void denseShapes() {
        FullyConnected kept = dense(true, FullyConnectedOptionsWeightsFormat.DEFAULT);
        Definition<FullyConnected> definition = FullyConnected.DEFINITION;
        assertThat(shape(definition, DENSE, Shape.of(2, 3, 4), Shape.of(5, 8))).isEqualTo(Shape.of(3, 5));
        assertThat(shape(definition, DENSE, Shape.of(-1, 8), Shape.of(5, 8))).isEqualTo(Shape.of(-1, 5));
        assertThat(shape(definition, DENSE, Shape.of(-1, 3, 8), Shape.of(5, 8))).isEqualTo(Shape.of(-1, 5));
        assertThat(shape(definition, kept, Shape.of(2, -1, 8), Shape.of(5, 8))).isEqualTo(Shape.of(2, -1, 5));
        assertRefused(definition, DENSE, Shape.of(2, 3), Shape.of(5, 4), "rows of 4");
        assertRefused(definition, DENSE, Shape.of(2, 3), Shape.of(5), "[units, depth]");
        assertRefused(definition, kept, Shape.of(2, 3), Shape.of(5, 6), "depth 6");
    }

    @Test
    void unknownCombinationsNameThoseThatAreTaken() {
        Setup mixed = new Setup(tensor(TensorType.INT8, 0.1f), tensor(TensorType.FLOAT32), tensor(TensorType.INT8));
        assertThatThrownBy(() -> Conv2D.DEFINITION.reference().prepare(CONV, mixed))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("CONV_2D")
                .hasMessageContaining("input INT8, weights FLOAT32")
                .hasMessageContaining("INT16 with INT8 or INT4 weights and INT64 or INT32 bias");
        Setup narrow = new Setup(
                tensor(TensorType.INT16, 0.1f),
                tensor(TensorType.INT8, 0.1f),
                tensor(TensorType.INT32),
                tensor(TensorType.INT16, 0.1f));
        assertThatThrownBy(() -> DepthwiseConv2D.DEFINITION.reference().prepare(DEPTHWISE, narrow))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("bias INT32");
        Setup floats = new Setup(tensor(TensorType.FLOAT32), tensor(TensorType.FLOAT32), tensor(TensorType.FLOAT32));
        FullyConnected shuffled = dense(false, FullyConnectedOptionsWeightsFormat.SHUFFLED4x16INT8);
        assertThatThrownBy(() -> FullyConnected.DEFINITION.reference().prepare(shuffled, floats))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("SHUFFLED4x16INT8");
        assertThatThrownBy(() -> Quantize.DEFINITION
                        .reference()
                        .prepare(new Quantize(), new Setup(tensor(TensorType.UINT8, 1), tensor(TensorType.INT32, 1))))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("from UINT8 to INT32");
        assertThatThrownBy(() -> Dequantize.DEFINITION
                        .reference()
                        .prepare(new Dequantize(), new Setup(tensor(TensorType.INT32, 1), tensor(TensorType.FLOAT32))))
                .isInstanceOf(UnsupportedException.class);
    }

    @Test
    void integersWithoutAFittingScaleAreRefused() {
        TensorSpec good = tensor(TensorType.INT8, 0.1f);
        TensorSpec bare = tensor(TensorType.INT8);
        TensorSpec many = good.withQuantization(QuantizationParameters.perChannel(new float[] {1, 2}, 0));
        TensorSpec shifted = good.withQuantization(QuantizationParameters.perTensor(0.1f, 3));
        for (Setup bad : List.of(
                new Setup(bare, good, good),
                new Setup(good, bare, good),
                new Setup(good, good, bare),
                new Setup(good, many, good),
                new Setup(good, shifted, good))) {
            assertThatThrownBy(() -> Conv2D.DEFINITION.reference().prepare(CONV, bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        TensorSpec wide = tensor(TensorType.INT16, 0.1f);
        TensorSpec off = wide.withQuantization(QuantizationParameters.perTensor(0.1f, 1));
        assertThatThrownBy(() -> FullyConnected.DEFINITION.reference().prepare(DENSE, new Setup(off, good, wide)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zero point 0");
        assertThatThrownBy(() -> Quantize.DEFINITION
                        .reference()
                        .prepare(new Quantize(), new Setup(tensor(TensorType.FLOAT32), bare)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no scale");
    }

    /// Three outputs in the first dimension, as weights have it.
    private static TensorSpec tensor(TensorType type) {
        return TensorSpec.of(new TensorId(0), "some", type, Shape.of(3, 1, 1, 3));
    }

    private static TensorSpec tensor(TensorType type, float scale) {
        return tensor(type).withQuantization(QuantizationParameters.perTensor(scale, 0));
    }

    private static <O extends Operator> Shape shape(Definition<O> definition, O operator, Shape... inputs) {
        return definition.shapes().infer(operator, new Shapes(List.of(inputs))).getFirst();
    }

    private static <O extends Operator> void assertRefused(
            Definition<O> definition, O operator, Shape input, Shape weights, String why) {
        assertThatThrownBy(() -> shape(definition, operator, input, weights))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(why);
    }

    private record Shapes(List<Shape> inputs) implements ShapeContext {
        @Override
        public Shape input(int index) {
            return inputs.get(index);
        }

        @Override
        public boolean hasInput(int index) {
            return index < inputs.size();
        }

        @Override
        public int inputCount() {
            return inputs.size();
        }

        @Override
        public int outputCount() {
            return 1;
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return null;
        }
    }

    /// Inputs, then one output.
    private record Setup(List<TensorSpec> inputs, TensorSpec y) implements KernelSetup {
        Setup(TensorSpec... tensors) {
            this(List.of(tensors).subList(0, tensors.length - 1), tensors[tensors.length - 1]);
        }

        @Override
        public int inputCount() {
            return inputs.size();
        }

        @Override
        public int outputCount() {
            return 1;
        }

        @Override
        public boolean hasInput(int index) {
            return index < inputs.size();
        }

        @Override
        public TensorSpec input(int index) {
            return inputs.get(index);
        }

        @Override
        public TensorSpec output(int index) {
            return y;
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return null;
        }
    }
}
