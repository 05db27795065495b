package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TransposeOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Passes on shapes, products and what is there twice.
class ShapesTest {
    static TensorId transpose(Graphs g, TensorId x, String name, int[] shape, int... order) {
        return g.node(
                BuiltinOperator.TRANSPOSE,
                new TransposeOptions(),
                name,
                shape,
                x,
                g.ints(name + "/order", new int[] {order.length}, order));
    }

    private static Model clean(Model model) {
        return new RemoveDeadCode().apply(model);
    }

    @Test
    void aTransposeThatMovesOnesIsAReshape() {
        Graphs g = Graphs.input(1, 6, 1, 2);
        Model after = Graphs.apply(
                new TransposeToReshape(), g.outputs(transpose(g, g.x(), "y", new int[] {6, 1, 2, 1}, 1, 0, 3, 2)));
        assertThat(Graphs.operators(after)).containsExactly("RESHAPE");
    }

    @Test
    void aTransposeThatMovesElementsStays() {
        Graphs g = Graphs.input(1, 6, 1, 2);
        Graphs.assertUntouched(
                new TransposeToReshape(), g.outputs(transpose(g, g.x(), "y", new int[] {1, 2, 1, 6}, 0, 3, 2, 1)));
    }

    @Test
    void twoTransposesAreOne() {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId once = transpose(g, g.x(), "once", new int[] {3, 4, 2}, 1, 2, 0);
        Model after = clean(Graphs.apply(
                new MergeTransposes(), g.outputs(transpose(g, once, "twice", new int[] {2, 4, 3}, 2, 1, 0))));
        assertThat(Graphs.operators(after)).containsExactly("TRANSPOSE");
    }

    @Test
    void aTransposeAndBackIsNone() {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId once = transpose(g, g.x(), "once", new int[] {3, 4, 2}, 1, 2, 0);
        TensorId back = transpose(g, once, "back", new int[] {2, 3, 4}, 2, 0, 1);
        Model before = g.outputs(g.unary(BuiltinOperator.TANH, back, "y", 2, 3, 4), once);
        assertThat(Graphs.operators(clean(Graphs.apply(new MergeTransposes(), before))))
                .containsExactly("TRANSPOSE", "TANH");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransposeIsReadByTheProductItself(boolean first) {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId turned = transpose(g, g.x(), "turned", new int[] {2, 4, 3}, 0, 2, 1);
        TensorId y = first
                ? g.node(BuiltinOperator.BATCH_MATMUL, null, "y", new int[] {2, 4, 4}, turned, g.x())
                : g.node(BuiltinOperator.BATCH_MATMUL, null, "y", new int[] {2, 3, 3}, g.x(), turned);
        Model after = clean(Graphs.apply(new TransposeIntoMatmul(), g.outputs(y)));
        Node product = Graphs.only(after, BuiltinOperator.BATCH_MATMUL);
        BatchMatMulOptions options = product.options().as(BatchMatMulOptions.class, BatchMatMulOptions.DEFAULT);
        assertThat(Graphs.operators(after)).hasSize(1);
        assertThat(options.adjX()).isEqualTo(first);
        assertThat(options.adjY()).isEqualTo(!first);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProductWithAConstantIsFullyConnected(boolean transposed) {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId matrix = transposed ? g.random("w", 5, 4) : g.random("w", 4, 5);
        BatchMatMulOptions options = new BatchMatMulOptions(false, transposed, false);
        TensorId y = g.node(BuiltinOperator.BATCH_MATMUL, options, "y", new int[] {2, 3, 5}, g.x(), matrix);
        Model after = Graphs.apply(new MatmulToFullyConnected(), g.outputs(y));
        Node dense = Graphs.only(after, BuiltinOperator.FULLY_CONNECTED);
        assertThat(dense.options()
                        .as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                        .keepNumDims())
                .isTrue();
    }

    @Test
    void severalConstantMatricesStayAProduct() {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId y =
                g.node(BuiltinOperator.BATCH_MATMUL, null, "y", new int[] {2, 3, 5}, g.x(), g.random("w", 2, 4, 5));
        Graphs.assertUntouched(new MatmulToFullyConnected(), g.outputs(y));
    }

    @Test
    void reshapesAroundADenseLayerGo() {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId dense = g.dense(g.reshape(g.x(), "flat", 6, 4), "dense", 4, 5, 6, 5);
        Model after = clean(Graphs.apply(new ReshapeAroundDense(), g.outputs(g.reshape(dense, "back", 2, 3, 5))));
        assertThat(Graphs.operators(after)).containsExactly("FULLY_CONNECTED");
    }

    @Test
    void otherReshapesAroundADenseLayerStay() {
        Graphs g = Graphs.input(2, 3, 4);
        TensorId dense = g.dense(g.reshape(g.x(), "flat", 6, 4), "dense", 4, 5, 6, 5);
        Graphs.assertUntouched(new ReshapeAroundDense(), g.outputs(g.reshape(dense, "back", 3, 2, 5)));
    }

    @Test
    void aSliceOfEverythingGoes() {
        Graphs g = Graphs.input(2, 3);
        TensorId begin = g.ints("begin", new int[] {2}, 0, 0);
        TensorId ones = g.ints("ones", new int[] {2}, 1, 1);
        TensorId size = g.ints("size", new int[] {2}, 2, 3);
        TensorId slice = g.node(BuiltinOperator.SLICE, null, "slice", new int[] {2, 3}, g.x(), begin, size);
        TensorId strided = g.node(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(0, 0, 0, 0, 0, false),
                "strided",
                new int[] {2, 3},
                slice,
                begin,
                size,
                ones);
        TensorId joined = g.node(
                BuiltinOperator.CONCATENATION,
                ConcatenationOptions.DEFAULT.withAxis(1),
                "joined",
                new int[] {2, 3},
                strided);
        Model before = g.outputs(g.unary(BuiltinOperator.TANH, joined, "y", 2, 3));
        assertThat(Graphs.operators(Graphs.apply(new RemoveFullSlices(), before)))
                .containsExactly("TANH");
    }

    @Test
    void aJoinOfOneTensorWithAnActivationStays() {
        Graphs g = Graphs.input(2, 3);
        ConcatenationOptions options = new ConcatenationOptions(1, ActivationFunctionType.RELU);
        Graphs.assertUntouched(
                new RemoveFullSlices(),
                g.outputs(g.node(BuiltinOperator.CONCATENATION, options, "y", new int[] {2, 3}, g.x())));
    }

    @Test
    void aSliceThatTurnsAroundStays() {
        Graphs g = Graphs.input(2, 3);
        TensorId y = g.node(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(3, 3, 0, 0, 0, false),
                "y",
                new int[] {2, 3},
                g.x(),
                g.ints("begin", new int[] {2}, 0, 0),
                g.ints("end", new int[] {2}, 0, 0),
                g.ints("strides", new int[] {2}, 1, -1));
        Graphs.assertUntouched(new RemoveFullSlices(), g.outputs(y));
    }

    @ParameterizedTest
    @EnumSource(
            value = BuiltinOperator.class,
            names = {"SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD"})
    void aReductionOfOneElementIsAReshape(BuiltinOperator code) {
        Graphs g = Graphs.input(2, 1, 3);
        TensorId axis = g.ints("axis", new int[] {1}, -2);
        Model before = g.outputs(g.node(code, new ReducerOptions(false), "y", new int[] {2, 3}, g.x(), axis));
        assertThat(Graphs.operators(Graphs.apply(new RemoveFullSlices(), before)))
                .containsExactly("RESHAPE");
    }

    @Test
    void constantsOfOneNumberShrink() {
        Graphs g = Graphs.input(2, 3);
        Model before = g.outputs(g.add(g.constant("c", new int[] {2, 3}, 4, 4, 4, 4, 4, 4), g.x(), "y", 2, 3));
        Model after = Graphs.apply(new ShrinkUniformOperands(), before);
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 0)).containsExactly(4);
    }

    /// Here the constant gives the result its shape.
    @Test
    void constantsThatBroadcastStay() {
        Graphs g = Graphs.input(1, 3);
        Graphs.assertUntouched(
                new ShrinkUniformOperands(),
                g.outputs(g.add(g.constant("c", new int[] {2, 3}, 4, 4, 4, 4, 4, 4), g.x(), "y", 2, 3)));
    }

    @Test
    void broadcastsBeforeArithmeticGo() {
        Graphs g = Graphs.input(1, 3);
        TensorId wide = g.node(
                BuiltinOperator.BROADCAST_TO, null, "wide", new int[] {4, 3}, g.x(), g.ints("to", new int[] {2}, 4, 3));
        TensorId tiled = g.node(
                BuiltinOperator.TILE, null, "tiled", new int[] {4, 3}, g.x(), g.ints("times", new int[] {2}, 4, 1));
        TensorId y = g.mul(g.add(wide, g.random("c", 4, 3), "sum", 4, 3), tiled, "y", 4, 3);
        assertThat(Graphs.operators(clean(Graphs.apply(new DropBroadcasts(), g.outputs(y)))))
                .containsExactly("ADD", "MUL");
    }

    @Test
    void theSameIsComputedOnce() {
        Graphs g = Graphs.input(2, 3);
        TensorId c = g.random("c", 3);
        TensorId a = g.unary(BuiltinOperator.TANH, g.mul(g.x(), c, "a", 2, 3), "ta", 2, 3);
        TensorId b = g.unary(BuiltinOperator.TANH, g.mul(g.x(), c, "b", 2, 3), "tb", 2, 3);
        Model after = Graphs.apply(new MergeEqualNodes(), g.outputs(g.sub(a, b, "y", 2, 3)));
        assertThat(Graphs.operators(after)).containsExactly("MUL", "TANH", "SUB");
    }

    @Test
    void outputsAreNotMerged() {
        Graphs g = Graphs.input(2, 3);
        Model model = g.outputs(
                g.unary(BuiltinOperator.TANH, g.x(), "a", 2, 3), g.unary(BuiltinOperator.TANH, g.x(), "b", 2, 3));
        Graphs.assertUntouched(new MergeEqualNodes(), model);
    }

    @Test
    void equalConstantsMakeEqualWork() {
        Graphs g = Graphs.input(2, 3);
        TensorId a = g.mul(g.x(), g.constant("a", new int[] {3}, 1, 2, 3), "m", 2, 3);
        TensorId b = g.mul(g.x(), g.constant("b", new int[] {3}, 1, 2, 3), "n", 2, 3);
        TensorId c = g.mul(g.x(), g.constant("c", new int[] {3}, 1, 2, 4), "o", 2, 3);
        Model before = g.outputs(g.sub(g.add(a, b, "sum", 2, 3), c, "y", 2, 3));
        Model after = Graphs.apply(new MergeEqualNodes(), before);
        assertThat(Graphs.operators(after)).containsExactly("MUL", "MUL", "ADD", "SUB");
    }

    @Test
    void gatesOfAStateOfZerosGo() {
        Graphs g = Graphs.input(2, 3);
        TensorId zeros = g.constant("zeros", new int[] {2, 3}, 0, 0, 0, 0, 0, 0);
        TensorId gate = g.unary(BuiltinOperator.LOGISTIC, g.x(), "gate", 2, 3);
        Model before = g.outputs(g.add(g.x(), g.mul(zeros, gate, "kept", 2, 3), "y", 2, 3));
        assertThat(Graphs.operators(clean(Graphs.apply(new RemoveZeroProducts(), before))))
                .containsExactly("ADD");
        Graphs h = Graphs.input(2, 3);
        TensorId none = h.constant("zeros", new int[] {2, 3}, 0, 0, 0, 0, 0, 0);
        Model unbounded = h.outputs(h.add(h.x(), h.mul(none, h.x(), "kept", 2, 3), "y", 2, 3));
        Graphs.assertUntouched(new RemoveZeroProducts(), unbounded);
    }

    @Test
    void aTransposeByNegativeAxesIsRead() {
        Graphs g = Graphs.input(2, 3);
        TensorId same = g.node(
                BuiltinOperator.TRANSPOSE, null, "same", new int[] {2, 3}, g.x(), g.ints("p", new int[] {2}, -2, -1));
        Model before = g.outputs(g.unary(BuiltinOperator.TANH, same, "y", 2, 3));
        assertThat(Graphs.operators(Graphs.apply(new RemoveIdentities(), before)))
                .containsExactly("TANH");
    }

    @Test
    void squaredDifferencesOverFiveDimensionsAreTwoOperators() {
        Graphs g = Graphs.input(2, 1, 2, 1, 3);
        TensorId mean = g.node(
                BuiltinOperator.MEAN,
                new ReducerOptions(true),
                "mean",
                new int[] {2, 1, 2, 1, 1},
                g.x(),
                g.ints("axis", new int[] {1}, 4));
        Model before = g.outputs(
                g.node(BuiltinOperator.SQUARED_DIFFERENCE, null, "y", new int[] {2, 1, 2, 1, 3}, g.x(), mean));
        Model after = Graphs.apply(new SpellOutBroadcast(), before);
        assertThat(Graphs.operators(after)).containsExactly("MEAN", "SUB", "SQUARE");
        Graphs.assertUntouched(new RecognizeSquaredDifference(), after);
    }

    @Test
    void equalConstantsOfIntegersAreOne() {
        Graphs g = Graphs.input(2, 3);
        TensorId wide = g.reshape(g.unary(BuiltinOperator.TANH, g.reshape(g.x(), "a", 3, 2), "t", 3, 2), "b", 2, 3);
        Model before = g.outputs(g.reshape(g.unary(BuiltinOperator.TANH, wide, "u", 2, 3), "c", 3, 2));
        Model after = clean(Graphs.apply(MergeEqualConstants.integers(), before));
        assertThat(after.main().tensors()).hasSize(before.main().tensors().size() - 1);
    }

    // --- constants before affine operators ---

    @Test
    void factorsAndTermsGoIntoDenseLayers() {
        Graphs g = Graphs.input(2, 4);
        TensorId shifted = g.add(g.mul(g.x(), g.random("k", 4), "scaled", 2, 4), g.random("c", 1, 4), "shifted", 2, 4);
        Model before = g.outputs(g.dense(shifted, "a", 4, 3, 2, 3), g.dense(shifted, "b", 4, 5, 2, 5));
        assertThat(Graphs.operators(Graphs.apply(new FoldIntoFollowing(), before)))
                .containsExactly("FULLY_CONNECTED", "FULLY_CONNECTED");
    }

    @Test
    void factorsAndTermsGoIntoConvolutions() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId scaled = g.div(g.x(), g.constant("k", new int[] {2}, 4, -5), "scaled", 1, 6, 6, 2);
        TensorId shifted = g.sub(scaled, g.constant("c", new int[] {1}, 3), "shifted", 1, 6, 6, 2);
        Model before = g.outputs(g.conv(shifted, "conv", Padding.VALID, 1, 1, 4, 4, 4));
        assertThat(Graphs.operators(Graphs.apply(new FoldIntoFollowing(), before)))
                .containsExactly("CONV_2D");
    }

    @Test
    void factorsGoIntoDepthwiseConvolutionsThatPadAndTermsDoNot() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId shifted = g.add(g.x(), g.random("c", 2), "shifted", 1, 6, 6, 2);
        TensorId scaled = g.mul(shifted, g.random("k", 2), "scaled", 1, 6, 6, 2);
        Model after = Graphs.apply(new FoldIntoFollowing(), g.outputs(g.depthwise(scaled, "conv", 1, 6, 6, 2)));
        assertThat(Graphs.operators(after)).containsExactly("ADD", "DEPTHWISE_CONV_2D");
    }

    @Test
    void anotherReaderKeepsTheFactor() {
        Graphs g = Graphs.input(2, 4);
        TensorId scaled = g.mul(g.x(), g.random("k", 4), "scaled", 2, 4);
        Graphs.assertUntouched(new FoldIntoFollowing(), g.outputs(g.dense(scaled, "a", 4, 3, 2, 3), scaled));
    }
}
