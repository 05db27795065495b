package dev.lithe.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.comparison.BroadcastArgs;
import dev.lithe.operators.comparison.BroadcastTo;
import dev.lithe.operators.comparison.Select;
import dev.lithe.operators.comparison.SelectV2;
import dev.lithe.operators.comparison.Where;
import dev.lithe.operators.indexing.Fill;
import dev.lithe.operators.indexing.Gather;
import dev.lithe.operators.indexing.GatherNd;
import dev.lithe.operators.indexing.OneHot;
import dev.lithe.operators.indexing.Range;
import dev.lithe.operators.indexing.ScatterNd;
import dev.lithe.operators.indexing.Tile;
import dev.lithe.operators.layout.SplitV;
import dev.lithe.operators.math.AddN;
import dev.lithe.operators.math.Atan2;
import dev.lithe.operators.math.Cumsum;
import dev.lithe.operators.math.LocalResponseNormalization;
import dev.lithe.operators.math.LogSoftmax;
import dev.lithe.operators.math.Prelu;
import dev.lithe.operators.reduction.ArgMax;
import dev.lithe.operators.reduction.SegmentSum;
import dev.lithe.operators.reduction.TopKV2;
import dev.lithe.operators.reduction.UnsortedSegmentMax;
import dev.lithe.operators.spatial.BatchToSpaceNd;
import dev.lithe.operators.spatial.DepthToSpace;
import dev.lithe.operators.spatial.MirrorPad;
import dev.lithe.operators.spatial.ResizeBilinear;
import dev.lithe.operators.spatial.SpaceToBatchNd;
import dev.lithe.schema.MirrorPadMode;
import dev.lithe.schema.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What shape rules make of dimensions and values that are not known yet.
class UnknownDimensionsTest {
    private static final int U = Shape.UNKNOWN;

    /// An input: a shape, or a value that is known.
    private record Given(Shape shape, @Nullable Tensor value) {}

    private static Given shape(int... dimensions) {
        return new Given(Shape.of(dimensions), null);
    }

    private static Given value(int... values) {
        return new Given(Shape.of(values.length), Tensor.of(Shape.of(values.length), values));
    }

    private static Given scalar(int value) {
        return new Given(Shape.SCALAR, Tensor.of(Shape.SCALAR, value));
    }

    private record Context(List<Given> givens, int outputCount) implements ShapeContext {
        @Override
        public Shape input(int index) {
            return givens.get(index).shape;
        }

        @Override
        public boolean hasInput(int index) {
            return index < givens.size();
        }

        @Override
        public int inputCount() {
            return givens.size();
        }

        @Override
        public @Nullable Tensor constant(int index) {
            return givens.get(index).value;
        }
    }

    private static <O extends Operator> List<Shape> infer(int outputs, O operator, Given... inputs) {
        Definition<O> definition = Operators.definitionOf(operator).orElseThrow();
        return definition.shapes().infer(operator, new Context(List.of(inputs), outputs));
    }

    private static Shape infer(Operator operator, Given... inputs) {
        return infer(1, operator, inputs).getFirst();
    }

    @Test
    void dimensionsStayUnknown() {
        assertThat(infer(new Gather(1, 1), shape(U, 7, 3), shape(U, 2))).isEqualTo(Shape.of(U, 2, 3));
        assertThat(infer(new GatherNd(), shape(5, U, 3), shape(U, 1))).isEqualTo(Shape.of(U, U, 3));
        assertThat(infer(new OneHot(-1), shape(U), scalar(4), shape(), shape())).isEqualTo(Shape.of(U, 4));
        assertThat(infer(new Tile(), shape(U, 3), value(2, 2))).isEqualTo(Shape.of(U, 6));
        assertThat(infer(new MirrorPad(MirrorPadMode.REFLECT), shape(U, 3), value(1, 1, 2, 0)))
                .isEqualTo(Shape.of(U, 5));
        assertThat(infer(new DepthToSpace(2), shape(U, 3, U, 8))).isEqualTo(Shape.of(U, 6, U, 2));
        assertThat(infer(new SpaceToBatchNd(), shape(U, 3, U, 2), value(2, 2), value(0, 1, 0, 0)))
                .isEqualTo(Shape.of(U, 2, U, 2));
        assertThat(infer(new BatchToSpaceNd(), shape(U, 3, U, 2), value(2, 2), value(0, 1, 0, 0)))
                .isEqualTo(Shape.of(U, 5, U, 2));
        assertThat(infer(2, new SplitV(2), shape(U, 4), value(1, -1), scalar(0)))
                .containsExactly(Shape.of(1, 4), Shape.of(U, 4));
    }

    @Test
    void valuesThatComeLateLeaveDimensionsOpen() {
        assertThat(infer(new OneHot(0), shape(2, 3), shape(), shape(), shape())).isEqualTo(Shape.of(U, 2, 3));
        assertThat(infer(new Range(), shape(), scalar(4), scalar(1))).isEqualTo(Shape.of(U));
        assertThat(infer(new Fill(), shape(3), shape())).isEqualTo(Shape.of(U, U, U));
        assertThat(infer(new ScatterNd(), shape(4, 1), shape(4, 2), shape(2))).isEqualTo(Shape.of(U, U));
        assertThat(infer(new ResizeBilinear(0, 0, false, false), shape(1, 2, 2, 3), shape(2)))
                .isEqualTo(Shape.of(1, U, U, 3));
        assertThat(infer(new Tile(), shape(2, 3), shape(2))).isEqualTo(Shape.of(U, U));
    }

    @Test
    void whatCannotFitIsRefused() {
        refused(new Gather(2, 0), shape(3, 4), shape(1));
        refused(new Gather(1, 1), shape(3, 4), shape(2, 1));
        refused(new GatherNd(), shape(3, 4), shape(2, 3));
        refused(new ScatterNd(), shape(4, 1), shape(4, 3), value(5, 2));
        refused(new Fill(), value(2, -1), shape());
        refused(new Range(), scalar(0), scalar(4), scalar(-1));
        refused(new Range(), scalar(0), scalar(4), scalar(0));
        refused(new OneHot(3), shape(2), scalar(4), shape(), shape());
        refused(new Tile(), shape(2, 3), value(1));
        refused(new MirrorPad(MirrorPadMode.REFLECT), shape(3), value(3, 0));
        refused(new ResizeBilinear(0, 0, true, true), shape(1, 2, 2, 3), value(4, 4));
        refused(new SpaceToBatchNd(), shape(1, 3, 4, 2), value(2, 2), value(0, 0, 0, 0));
        refused(new BatchToSpaceNd(), shape(3, 3, 4, 2), value(2, 2), value(0, 0, 0, 0));
        refused(new DepthToSpace(2), shape(1, 2, 2, 6));
        refused(new SplitV(1), shape(4), value(3), scalar(0));
    }

    @Test
    void mathKeepsWhatIsUnknown() {
        assertThat(infer(new Prelu(), shape(U, 4), shape(4))).isEqualTo(Shape.of(U, 4));
        assertThat(infer(new Atan2(), shape(U, 3), shape(2, U))).isEqualTo(Shape.of(2, 3));
        assertThat(infer(new Cumsum(false, false), shape(U, 3), scalar(-1))).isEqualTo(Shape.of(U, 3));
        refused(new Prelu(), shape(1, 4), shape(3, 4));
        refused(new Prelu(), shape(4), shape(1, 4));
        refused(new Atan2(), shape(2, 3), shape(3));
        refused(new AddN(), shape(2, 3), shape(2, 3), shape(2, 1));
        refused(new Cumsum(false, false), shape(), scalar(0));
        refused(new Cumsum(false, false), shape(2, 3), scalar(2));
        refused(new LogSoftmax(), shape());
        refused(new LocalResponseNormalization(1, 1, 1, 1), shape(2, 3, 4));
    }

    @Test
    void selectionKeepsWhatIsUnknown() {
        assertThat(infer(new Select(), shape(U), shape(U, 3), shape(2, U))).isEqualTo(Shape.of(2, 3));
        assertThat(infer(new SelectV2(), shape(2, 1), shape(U), shape(1, 1))).isEqualTo(Shape.of(2, U));
        assertThat(infer(new BroadcastTo(), shape(U, 3), value(2, 4, 3))).isEqualTo(Shape.of(2, 4, 3));
        assertThat(infer(new BroadcastTo(), shape(U, 3), shape(3))).isEqualTo(Shape.of(U, U, U));
        assertThat(infer(new BroadcastArgs(), shape(2), shape(3))).isEqualTo(Shape.of(3));
        assertThat(infer(new Where(), shape(U, 3))).isEqualTo(Shape.of(U, 2));
        assertThat(infer(new Where(), value(0, 4, 0, 1))).isEqualTo(Shape.of(2, 1));
        refused(new Select(), shape(4), shape(2, 3), shape(2, 3));
        refused(new Select(), shape(2, 3), shape(2, 3), shape(2, 4));
        refused(new BroadcastTo(), shape(2, 3), value(4, 3));
        refused(new BroadcastTo(), shape(2, 3), value(3));
        refused(new BroadcastTo(), shape(1, 3), value(-1, 3));
        refused(new BroadcastArgs(), shape(2), shape(1, 3));
        refused(new Where(), shape());
    }

    @Test
    void searchesKeepWhatIsUnknown() {
        ArgMax argMax = new ArgMax(TensorType.INT32);
        assertThat(infer(argMax, shape(U, 3, 4), scalar(1))).isEqualTo(Shape.of(U, 4));
        assertThat(infer(argMax, shape(2, 3, 4), shape())).isEqualTo(Shape.of(U, U));
        assertThat(infer(2, new TopKV2(), shape(U, 9), scalar(3))).containsExactly(Shape.of(U, 3), Shape.of(U, 3));
        assertThat(infer(2, new TopKV2(), shape(2, 9), shape())).containsExactly(Shape.of(2, U), Shape.of(2, U));
        assertThat(infer(new SegmentSum(), shape(U, 2), value(0, 0, 1))).isEqualTo(Shape.of(2, 2));
        assertThat(infer(new SegmentSum(), shape(3, 2), shape(3))).isEqualTo(Shape.of(U, 2));
        assertThat(infer(new UnsortedSegmentMax(), shape(6, U, 2), shape(6), scalar(4)))
                .isEqualTo(Shape.of(4, U, 2));
        assertThat(infer(new UnsortedSegmentMax(), shape(6, 3), shape(6, 3), shape()))
                .isEqualTo(Shape.of(U));
        refused(argMax, shape(2, 0), scalar(1));
        refused(argMax, shape(2, 3), scalar(2));
        refused(new TopKV2(), shape(2, 9), scalar(10));
        refused(new SegmentSum(), shape(3, 2), value(1, 1, 2));
        refused(new SegmentSum(), shape(3, 2), value(0, 2, 2));
        refused(new SegmentSum(), shape(3, 2), value(0, 1));
        refused(new UnsortedSegmentMax(), shape(6, 2), shape(5), scalar(4));
        refused(new UnsortedSegmentMax(), shape(6, 2), shape(6), scalar(-2));
    }

    private static void refused(Operator operator, Given... inputs) {
        assertThatThrownBy(() -> infer(operator, inputs)).as("%s", operator).isInstanceOf(ShapeException.class);
    }

    @Test
    void emptyRangesAndFillsAreFine() {
        assertThat(infer(new Range(), scalar(4), scalar(4), scalar(1))).isEqualTo(Shape.of(0));
        Tensor wide = Tensor.wrap(TensorType.INT64, Shape.of(2), QuantizationParameters.NONE, new long[] {0, 3});
        assertThat(infer(new Fill(), new Given(Shape.of(2), wide), shape())).isEqualTo(Shape.of(0, 3));
    }
}
