package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.activation.Softmax;
import dev.lithe.operators.arithmetic.Add;
import dev.lithe.operators.layout.Concatenation;
import dev.lithe.operators.layout.ExpandDims;
import dev.lithe.operators.layout.Pack;
import dev.lithe.operators.layout.Pad;
import dev.lithe.operators.layout.Reshape;
import dev.lithe.operators.layout.Slice;
import dev.lithe.operators.layout.Split;
import dev.lithe.operators.layout.Squeeze;
import dev.lithe.operators.layout.StridedSlice;
import dev.lithe.operators.layout.Transpose;
import dev.lithe.operators.layout.Unpack;
import dev.lithe.operators.pooling.AveragePool2D;
import dev.lithe.operators.pooling.PoolingWindow;
import dev.lithe.operators.reduction.Mean;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.Ints;
import dev.lithe.schema.Padding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Shape rules where something is unknown (-1), and where the inputs do not fit. Known shapes are checked by
/// [ReferenceKernelTest] against LiteRT's.
class ShapeRulesTest {
    private static final ActivationFunctionType NONE = ActivationFunctionType.NONE;
    private static final Operator ADD = new Add(NONE, true);

    /// Inputs of a node: shapes, or constants.
    private static final class Given implements ShapeContext {
        private final List<Shape> shapes = new ArrayList<>();
        private final List<@Nullable Tensor> constants = new ArrayList<>();
        private final int outputs;

        private Given(int outputs) {
            this.outputs = outputs;
        }

        @Override
        public Shape input(int index) {
            return shapes.get(index);
        }

        @Override
        public boolean hasInput(int index) {
            return index < shapes.size();
        }

        @Override
        public int inputCount() {
            return shapes.size();
        }

        @Override
        public int outputCount() {
            return outputs;
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return constants.get(index);
        }
    }

    private static Tensor ints(int... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    private static Shape shape(int... dimensions) {
        return Shape.of(dimensions);
    }

    /// @param inputs a [Shape], or a [Tensor] that is constant
    private static <O extends Operator> List<Shape> inferAll(O operator, int outputs, Object... inputs) {
        Given given = new Given(outputs);
        for (Object input : inputs) {
            Tensor constant = input instanceof Tensor tensor ? tensor : null;
            given.constants.add(constant);
            given.shapes.add(constant == null ? (Shape) input : constant.shape());
        }
        return Operators.definitionOf(operator).orElseThrow().shapes().infer(operator, given);
    }

    private static Shape infer(Operator operator, Object... inputs) {
        return inferAll(operator, 1, inputs).getFirst();
    }

    private static void refuses(String message, Operator operator, int outputs, Object... inputs) {
        assertThatThrownBy(() -> inferAll(operator, outputs, inputs))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void broadcastingKeepsWhatIsUnknown() {
        assertThat(infer(ADD, shape(-1, 4), shape(4))).isEqualTo(shape(-1, 4));
        assertThat(infer(ADD, shape(-1, 4), shape(1, 1))).isEqualTo(shape(-1, 4));
        assertThat(infer(ADD, shape(-1, 4), shape(3, 4))).isEqualTo(shape(3, 4));
        refuses("do not broadcast", ADD, 1, shape(2, 4), shape(3, 4));
    }

    @Test
    void poolsOverAnImageOfUnknownSize() {
        AveragePool2D pool = new AveragePool2D(new PoolingWindow(Padding.SAME, 2, 2, 3, 3), NONE);

        assertThat(infer(pool, shape(-1, -1, 9, 5))).isEqualTo(shape(-1, -1, 5, 5));
        refuses("[batch, height, width, channels]", pool, 1, shape(9, 5));
        refuses(
                "covers nothing",
                new AveragePool2D(new PoolingWindow(Padding.SAME, 1, 1, 0, 3), NONE),
                1,
                shape(1, 4, 4, 1));
    }

    @Test
    void reductions() {
        assertThat(infer(new Mean(true), shape(-1, 7, -1, 3), ints(1, -2))).isEqualTo(shape(-1, 1, 1, 3));
        assertThat(infer(new Mean(false), shape(-1, 7, -1, 3), ints(1, 2, 2))).isEqualTo(shape(-1, 3));
        assertThat(infer(new Mean(true), shape(2, 3), shape(1))).isEqualTo(shape(-1, -1));
        refuses("axis 4", new Mean(false), 1, shape(1, 2, 3, 4), ints(4));
    }

    @Test
    void pads() {
        Tensor paddings = Tensor.of(shape(2, 2), 0, 0, 1, 2);

        assertThat(infer(new Pad(), shape(-1, 4), paddings)).isEqualTo(shape(-1, 7));
        assertThat(infer(new Pad(), shape(3, 4), shape(2, 2))).isEqualTo(shape(-1, -1));
        refuses("pairs of paddings", new Pad(), 1, shape(3, 4, 5), paddings);
        refuses("negative", new Pad(), 1, shape(3, 4), Tensor.of(shape(2, 2), 0, 0, -1, 2));
    }

    @Test
    void reshapes() {
        assertThat(infer(new Reshape(Ints.EMPTY), shape(-1, 4), ints(-1, 2))).isEqualTo(shape(-1, 2));
        assertThat(infer(new Reshape(Ints.EMPTY), shape(6, 4), ints(-1, 2))).isEqualTo(shape(12, 2));
        assertThat(infer(new Reshape(Ints.EMPTY), shape(1, 4, 0), ints(2, 0, -1)))
                .isEqualTo(shape(2, 0, 2));
        refuses("24 elements", new Reshape(Ints.EMPTY), 1, shape(6, 4), ints(5, -1));
        refuses("more than one -1", new Reshape(Ints.EMPTY), 1, shape(6, 4), ints(-1, -1));
    }

    @Test
    void dimensionsComeAndGo() {
        assertThat(infer(new Squeeze(Ints.of(1)), shape(-1, 1, 3))).isEqualTo(shape(-1, 3));
        assertThat(infer(new Squeeze(Ints.of(-3)), shape(-1, 1, 3))).isEqualTo(shape(1, 3));
        assertThat(infer(new Squeeze(Ints.EMPTY), shape(-1, 1, 3))).isEqualTo(shape(-1, 3));
        refuses("not size 1", new Squeeze(Ints.of(2)), 1, shape(1, 1, 3));
        assertThat(infer(new ExpandDims(), shape(-1, 3), ints(-1))).isEqualTo(shape(-1, 3, 1));
        assertThat(infer(new ExpandDims(), shape(2, 3), shape())).isEqualTo(shape(-1, -1, -1));
        refuses("axis 3", new ExpandDims(), 1, shape(2, 3), ints(3));
    }

    @Test
    void transposes() {
        assertThat(infer(new Transpose(), shape(-1, 2, 3), ints(2, 0, -2))).isEqualTo(shape(3, -1, 2));
        assertThat(infer(new Transpose(), shape(4, 2), shape(2))).isEqualTo(shape(-1, -1));
        refuses("twice", new Transpose(), 1, shape(4, 2), ints(1, 1));
        refuses("for 2 dimensions", new Transpose(), 1, shape(4, 2), ints(0, 1, 2));
    }

    @Test
    void concatenates() {
        assertThat(infer(new Concatenation(-1, NONE), shape(-1, 4), shape(2, 3)))
                .isEqualTo(shape(2, 7));
        assertThat(infer(new Concatenation(0, NONE), shape(-1, 4), shape(2, 4))).isEqualTo(shape(-1, 4));
        refuses("differ outside", new Concatenation(0, NONE), 1, shape(1, 4), shape(2, 5));
        refuses("different ranks", new Concatenation(0, NONE), 1, shape(1, 4), shape(2));
        refuses("fused activation", new Concatenation(0, ActivationFunctionType.RELU), 1, shape(1), shape(2));
        refuses("axis 2", new Concatenation(2, NONE), 1, shape(1, 4), shape(2, 4));
    }

    @Test
    void slices() {
        assertThat(infer(new Slice(), shape(-1, 9), ints(0, 2), ints(-1, -1))).isEqualTo(shape(-1, 7));
        assertThat(infer(new Slice(), shape(5, 9), shape(2), ints(-1, 3))).isEqualTo(shape(-1, 3));
        assertThat(infer(new Slice(), shape(5, 9), shape(2), shape(2))).isEqualTo(shape(-1, -1));
        refuses("leave dimension 1", new Slice(), 1, shape(5, 9), ints(0, 8), ints(1, 2));
        refuses("leave dimension 0", new Slice(), 1, shape(5, 9), ints(-1, 0), ints(1, 2));
    }

    @Test
    void slicesWithStrides() {
        StridedSlice plain = new StridedSlice(0, 0, 0, 0, 0, false);
        StridedSlice dropping = new StridedSlice(0, 0, 0, 2, 1, false);

        assertThat(infer(plain, shape(-1, 9), ints(0, 1), ints(2, 9), ints(1, 3)))
                .isEqualTo(shape(-1, 3));
        assertThat(infer(plain, shape(4, 9), shape(2), shape(2), ints(1, 1))).isEqualTo(shape(-1, -1));
        assertThat(infer(dropping, shape(4, 9), shape(2), shape(2), shape(2))).isEqualTo(shape(-1, -1));
        assertThat(infer(dropping, shape(4, 9), ints(3, 0), ints(0, 0), ints(1, 1)))
                .isEqualTo(shape(1, 9));
        refuses("stride 0", plain, 1, shape(4), ints(0), ints(1), ints(0));
        refuses("too many", plain, 1, shape(4), ints(0, 0), ints(1, 1), ints(1, 1));
        refuses("not in dimension 0", new StridedSlice(0, 0, 0, 0, 1, false), 1, shape(4), ints(4), ints(5), ints(1));
    }

    @Test
    void packsAndTakesApart() {
        assertThat(infer(new Pack(2, 1), shape(-1, 3), shape(4, 3))).isEqualTo(shape(4, 2, 3));
        refuses("one shape", new Pack(2, 0), 1, shape(2, 3), shape(4, 3));
        refuses("has 1 inputs", new Pack(2, 0), 1, shape(2, 3));
        assertThat(inferAll(new Unpack(2, 1), 2, shape(-1, 2, 3))).containsExactly(shape(-1, 3), shape(-1, 3));
        refuses("has 2 outputs", new Unpack(3, 1), 2, shape(-1, 3));
        refuses("UNPACK of 2", new Unpack(2, 1), 2, shape(-1, 3));
        assertThat(inferAll(new Split(2), 2, ints(1), shape(-1, 6))).containsExactly(shape(-1, 3), shape(-1, 3));
        assertThat(inferAll(new Split(2), 2, ints(0), shape(-1, 6))).containsExactly(shape(-1, 6), shape(-1, 6));
        assertThat(inferAll(new Split(2), 2, shape(), shape(4, 6))).containsExactly(shape(-1, -1), shape(-1, -1));
        refuses("equal parts", new Split(4), 4, ints(1), shape(2, 6));
    }

    @Test
    void softmaxNeedsADimension() {
        assertThat(infer(new Softmax(1), shape(-1, 10))).isEqualTo(shape(-1, 10));
        refuses("scalar", new Softmax(1), 1, shape());
    }
}
