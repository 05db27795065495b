package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.transforms.FloatPipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Channels-first graphs on channels-last operators: transpositions around each convolution.
class SinkTransposesTest {
    private final Graphs g = Graphs.input(1, 2, 6, 5);

    private TensorId last(TensorId x, String name, int channels) {
        return ShapesTest.transpose(g, x, name, new int[] {1, 6, 5, channels}, 0, 2, 3, 1);
    }

    private TensorId first(TensorId x, String name, int channels) {
        return ShapesTest.transpose(g, x, name, new int[] {1, channels, 6, 5}, 0, 3, 1, 2);
    }

    private TensorId depthwise(TensorId x, String name) {
        return first(g.depthwise(last(x, name + "/in", 2), name, 1, 6, 5, 2), name + "/out", 2);
    }

    private TensorId tanh(TensorId x, String name, int... shape) {
        return g.unary(BuiltinOperator.TANH, x, name, shape);
    }

    private static Model clean(Model model) {
        return new RemoveDeadCode().apply(new RemoveIdentities().apply(model));
    }

    private Model sunk(TensorId... outputs) {
        Model before = g.outputs(outputs);
        Model after = clean(Graphs.apply(new SinkTransposes(), before));
        Graphs.assertSameAnswers(before, after);
        assertThat(after.main().nodes().size())
                .isLessThanOrEqualTo(before.main().nodes().size());
        return after;
    }

    private static long transposes(Model model) {
        return Graphs.operators(model).stream().filter("TRANSPOSE"::equals).count();
    }

    @Test
    void betweenTwoConvolutionsNoneIsLeft() {
        TensorId y = depthwise(tanh(depthwise(g.x(), "a"), "t", 1, 2, 6, 5), "b");
        assertThat(Graphs.operators(sunk(y)))
                .containsExactly("TRANSPOSE", "DEPTHWISE_CONV_2D", "TANH", "DEPTHWISE_CONV_2D", "TRANSPOSE");
    }

    @Test
    void throughAResidualBlockWithAGate() {
        TensorId a = depthwise(g.x(), "a");
        TensorId gate = g.unary(BuiltinOperator.LOGISTIC, a, "gate", 1, 2, 6, 5);
        TensorId swish = g.mul(a, gate, "swish", 1, 2, 6, 5);
        TensorId scaled = g.mul(swish, g.random("k", 2, 1, 1), "scaled", 1, 2, 6, 5);
        TensorId sum = g.add(a, depthwise(scaled, "b"), "sum", 1, 2, 6, 5);
        Model after = sunk(depthwise(sum, "c"));
        assertThat(transposes(after)).isEqualTo(2);
    }

    @Test
    void throughJoinsPaddingAndSlices() {
        TensorId a = depthwise(g.x(), "a");
        TensorId b = depthwise(g.x(), "b");
        TensorId joined = g.node(
                BuiltinOperator.CONCATENATION,
                ConcatenationOptions.DEFAULT.withAxis(1),
                "joined",
                new int[] {1, 4, 6, 5},
                a,
                b);
        TensorId padded = g.node(
                BuiltinOperator.PAD,
                null,
                "padded",
                new int[] {1, 5, 9, 5},
                joined,
                g.ints("paddings", new int[] {4, 2}, 0, 0, 1, 0, 1, 2, 0, 0));
        TensorId cut = g.node(
                BuiltinOperator.SLICE,
                null,
                "cut",
                new int[] {1, 4, 6, 5},
                padded,
                g.ints("begin", new int[] {4}, 0, 1, 2, 0),
                g.ints("size", new int[] {4}, 1, 4, 6, 5));
        TensorId strided = g.node(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(0b1010, 0b0100, 0, 0, 0, false),
                "strided",
                new int[] {1, 2, 5, 5},
                cut,
                g.ints("from", new int[] {4}, 0, 7, 1, 7),
                g.ints("to", new int[] {4}, 1, 4, 9, 5),
                g.ints("steps", new int[] {4}, 1, 2, 1, 1));
        Model after = sunk(ShapesTest.transpose(g, strided, "y", new int[] {1, 5, 5, 2}, 0, 2, 3, 1));
        assertThat(transposes(after)).isEqualTo(2); // one before each convolution
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReductionOfHeightAndWidthNeedsNone(boolean keep) {
        TensorId axes = g.ints("axes", new int[] {2}, 2, -1);
        int[] shape = keep ? new int[] {1, 2, 1, 1} : new int[] {1, 2};
        TensorId mean =
                g.node(BuiltinOperator.MEAN, new ReducerOptions(keep), "mean", shape, depthwise(g.x(), "a"), axes);
        Model after = sunk(g.reshape(tanh(mean, "t", shape), "y", 2));
        Model whole = new RemoveDeadCode().apply(new MergeReshapes().apply(new TransposeToReshape().apply(after)));
        assertThat(transposes(whole)).isEqualTo(1);
        assertThat(whole.main().nodes().size()).isEqualTo(5);
    }

    @Test
    void softmaxAlongTheChannelsStaysWhereItIs() {
        TensorId turned = first(g.depthwise(last(g.x(), "in", 2), "d", 1, 6, 5, 2), "out", 2);
        TensorId y = last(g.node(BuiltinOperator.SOFTMAX, null, "s", new int[] {1, 2, 6, 5}, turned), "y", 2);
        Graphs.assertUntouched(new SinkTransposes(), g.outputs(y));
    }

    /// Moving it would make two of one.
    @Test
    void aTransposeThatOthersReadStays() {
        TensorId a = depthwise(g.x(), "a");
        Graphs.assertUntouched(new SinkTransposes(), g.outputs(a, tanh(a, "t", 1, 2, 6, 5)));
    }

    @Test
    void aLongChainTakesNoLonger() {
        TensorId y = g.x();
        for (int i = 0; i < 40; i++) {
            y = tanh(depthwise(y, "d" + i), "t" + i, 1, 2, 6, 5);
        }
        assertThat(transposes(sunk(y))).isEqualTo(2);
    }

    @Test
    void thePipelineLeavesNoneInsideAPlainNetwork() {
        TensorId conv = g.conv(last(g.x(), "in", 2), "conv", Padding.SAME, 1, 1, 6, 5, 4);
        TensorId relu = g.unary(BuiltinOperator.RELU, first(conv, "out", 4), "relu", 1, 4, 6, 5);
        TensorId flat = g.reshape(relu, "flat", 1, 120);
        Model before = g.outputs(g.dense(flat, "dense", 120, 3, 1, 3));
        Model after = FloatPipeline.standard().apply(before);
        assertThat(Graphs.operators(after)).containsExactly("TRANSPOSE", "CONV_2D", "RESHAPE", "FULLY_CONNECTED");
        Graphs.assertSameAnswers(before, after);
    }
}
