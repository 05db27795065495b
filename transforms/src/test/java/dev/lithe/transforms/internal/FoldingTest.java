package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Constants that go into the operator before.
class FoldingTest {
    private static final int[] CHANNELS = {4};
    private static final int[] X = {1, 5, 5, 2};
    private static final int[] Y = {1, 5, 5, 4};

    @Test
    void anAdditionBecomesTheBias() {
        Graphs g = Graphs.input(X);
        TensorId c = g.constant("c", CHANNELS, 1, 2, 3, 4);
        Model before = g.outputs(g.add(g.conv(g.x(), "conv", Padding.SAME, 1, Y), c, "add", Y));
        Model after = Graphs.apply(new FoldAdd(), before);
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D");
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 2)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aConstantMayStandInFront() {
        Graphs g = Graphs.input(X);
        TensorId c = g.constant("c", CHANNELS, 1, 2, 3, 4);
        Model before = g.outputs(g.add(c, g.conv(g.x(), "conv", Padding.SAME, 1, Y), "add", Y));
        assertThat(Graphs.operators(Graphs.apply(new FoldAdd(), before))).containsExactly("CONV_2D");
    }

    @Test
    void aSubtractionBecomesTheBias() {
        Graphs g = Graphs.input(1, 3);
        TensorId c = g.constant("c", new int[] {1, 2}, 1.5f, -2);
        Model before = g.outputs(g.sub(g.dense(g.x(), "dense", 3, 2, 1, 2), c, "sub", 1, 2));
        Model after = Graphs.apply(new FoldAdd(), before);
        assertThat(Graphs.operators(after)).containsExactly("FULLY_CONNECTED");
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 2)).containsExactly(-1.5f, 2);
    }

    @Test
    void aConstantIsNotSubtractedFrom() {
        Graphs g = Graphs.input(1, 3);
        TensorId c = g.constant("c", new int[] {2}, 1.5f, -2);
        Graphs.assertUntouched(new FoldAdd(), g.outputs(g.sub(c, g.dense(g.x(), "dense", 3, 2, 1, 2), "sub", 1, 2)));
    }

    @Test
    void oneNumberIsAddedToAllChannels() {
        Graphs g = Graphs.input(X);
        TensorId c = g.constant("c", new int[0], 2);
        Model before = g.outputs(g.add(g.conv(g.x(), "conv", Padding.SAME, 1, Y), c, "add", Y));
        Model after = Graphs.apply(new FoldAdd(), before);
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 2)).containsExactly(2, 2, 2, 2);
    }

    @Test
    void theActivationOfTheAdditionMovesAlong() {
        Graphs g = Graphs.input(X);
        TensorId sum =
                g.add(g.conv(g.x(), "conv", Padding.SAME, 1, Y), g.constant("c", CHANNELS, 1, 2, 3, 4), "add", Y);
        Model before = g.outputs(g.unary(BuiltinOperator.RELU, sum, "relu", Y));
        Model after = Graphs.apply(new FoldAdd(), Graphs.apply(new FuseActivation(), before));
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D");
        assertThat(Affine.activation(after.main().nodes().getFirst())).isEqualTo(ActivationFunctionType.RELU);
    }

    @Test
    void nothingIsFoldedWhereTheResultIsReadTwice() {
        Graphs g = Graphs.input(X);
        TensorId conv = g.conv(g.x(), "conv", Padding.SAME, 1, Y);
        TensorId sum = g.add(conv, g.constant("c", CHANNELS, 1, 2, 3, 4), "add", Y);
        Graphs.assertUntouched(new FoldAdd(), g.outputs(g.mul(conv, sum, "mul", Y)));
    }

    @Test
    void nothingIsFoldedIntoAnOutput() {
        Graphs g = Graphs.input(X);
        TensorId conv = g.conv(g.x(), "conv", Padding.SAME, 1, Y);
        TensorId sum = g.add(conv, g.constant("c", CHANNELS, 1, 2, 3, 4), "add", Y);
        Graphs.assertUntouched(new FoldAdd(), g.outputs(conv, sum));
    }

    @Test
    void nothingIsFoldedThroughAnActivation() {
        Graphs g = Graphs.input(X);
        TensorId relu = g.unary(BuiltinOperator.RELU, g.conv(g.x(), "conv", Padding.SAME, 1, Y), "relu", Y);
        Model before = g.outputs(g.add(relu, g.constant("c", CHANNELS, 1, 2, 3, 4), "add", Y));
        Model fused = Graphs.apply(new FuseActivation(), before);
        Graphs.assertUntouched(new FoldAdd(), fused);
        Graphs.assertUntouched(new FoldMultiply(), fused);
    }

    /// A constant along the width is no bias, and one that makes the result larger is none either.
    @Test
    void otherConstantsAreNoBias() {
        Graphs wide = Graphs.input(1, 5, 4, 2);
        TensorId conv = wide.conv(wide.x(), "conv", Padding.SAME, 1, 1, 5, 4, 4);
        Graphs.assertUntouched(
                new FoldAdd(), wide.outputs(wide.add(conv, wide.random("c", 1, 1, 4, 1), "add", 1, 5, 4, 4)));
        Graphs large = Graphs.input(1, 3);
        TensorId dense = large.dense(large.x(), "dense", 3, 2, 1, 2);
        Graphs.assertUntouched(
                new FoldAdd(), large.outputs(large.add(dense, large.random("c", 1, 1, 2), "add", 1, 1, 2)));
    }

    @Test
    void aFactorScalesWeightsAndBias() {
        Graphs g = Graphs.input(1, 5, 5, 2);
        TensorId factor = g.constant("k", new int[] {1, 1, 1, 2}, 3, -0.1f);
        TensorId depthwise = g.depthwise(g.x(), "dw", 1, 5, 5, 2);
        Model before = g.outputs(g.mul(depthwise, factor, "mul", 1, 5, 5, 2));
        Model after = Graphs.apply(new FoldMultiply(), before);
        assertThat(Graphs.operators(after)).containsExactly("DEPTHWISE_CONV_2D");
        Node old = Graphs.only(before, BuiltinOperator.DEPTHWISE_CONV_2D);
        Node node = after.main().nodes().getFirst();
        for (int input = 1; input < 3; input++) {
            float[] was = Graphs.values(before, old, input);
            float[] is = Graphs.values(after, node, input);
            for (int i = 0; i < was.length; i++) {
                assertThat(is[i]).isEqualTo(was[i] * (i % 2 == 0 ? 3 : -0.1f));
            }
        }
    }

    @Test
    void aDivisorScalesWeights() {
        Graphs g = Graphs.input(1, 3);
        TensorId divisor = g.constant("k", new int[] {2}, 3, 7);
        Model before = g.outputs(g.div(g.dense(g.x(), "dense", 3, 2, 1, 2), divisor, "div", 1, 2));
        Model after = Graphs.apply(new FoldMultiply(), before);
        assertThat(Graphs.operators(after)).containsExactly("FULLY_CONNECTED");
        float[] was = Graphs.values(before, before.main().nodes().getFirst(), 1);
        float[] is = Graphs.values(after, after.main().nodes().getFirst(), 1);
        for (int i = 0; i < was.length; i++) {
            assertThat(is[i]).isEqualTo(was[i] / (i < 3 ? 3 : 7));
        }
    }

    /// Batch normalization behind a convolution with a bias: bias = b k + shift, in that order.
    @Test
    void batchNormalizationGoesIntoTheConvolution() {
        Graphs g = Graphs.input(X);
        TensorId conv = g.conv(g.x(), "conv", Padding.SAME, 1, Y);
        TensorId biased = g.add(conv, g.constant("bias", CHANNELS, 0.1f, 0.2f, 0.3f, 0.4f), "biased", Y);
        TensorId scaled = g.mul(biased, g.constant("bn", CHANNELS, 3, 0.7f, -1, 1.1f), "bn", Y);
        TensorId shifted = g.add(scaled, g.constant("bn", CHANNELS, 0.3f, 0.6f, 0.9f, 1.2f), "bn", Y);
        Model before = g.outputs(g.reshape(shifted, "flat", 1, 100));
        Model hoisted = Graphs.apply(new FoldMultiplyBelowBias(), before);
        assertThat(Graphs.operators(hoisted)).containsExactly("CONV_2D", "ADD", "ADD", "RESHAPE");
        Model after = Graphs.apply(new FoldAdd(), hoisted);
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D", "RESHAPE");
        Node node = after.main().nodes().getFirst();
        assertThat(Graphs.values(after, node, 2))
                .containsExactly(0.1f * 3 + 0.3f, 0.2f * 0.7f + 0.6f, 0.3f * -1f + 0.9f, 0.4f * 1.1f + 1.2f);
        assertThat(after.tensor(node.input(1)).name()).isEqualTo("conv");
        assertThat(after.tensor(node.output(0)).name()).isEqualTo("bn;bias;biased;conv");
    }

    @Test
    void batchNormalizationWithoutABias() {
        Graphs g = Graphs.input(X);
        TensorId conv = g.conv(g.x(), "conv", Padding.SAME, 1, Y);
        TensorId scaled = g.mul(conv, g.constant("bn", CHANNELS, 3, 0.7f, -1, 1.1f), "bn", Y);
        TensorId shifted = g.add(scaled, g.constant("bn", CHANNELS, 1, 2, 3, 4), "bn", Y);
        Model after = Graphs.apply(
                new FoldAdd(),
                Graphs.apply(new FoldMultiplyBelowBias(), g.outputs(g.reshape(shifted, "flat", 1, 100))));
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D", "RESHAPE");
        Node node = after.main().nodes().getFirst();
        assertThat(Graphs.values(after, node, 2)).containsExactly(1, 2, 3, 4);
        assertThat(after.tensor(node.output(0)).name()).isEqualTo("bn;conv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RELU", "RELU6", "RELU_N1_TO_1"})
    void activationsAreFused(String name) {
        Graphs g = Graphs.input(X);
        TensorId conv = g.conv(g.x(), "conv", Padding.SAME, 1, Y);
        Model before = g.outputs(g.unary(BuiltinOperator.valueOf(name), conv, "act", Y));
        Model after = Graphs.apply(new FuseActivation(), before);
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D");
        assertThat(Affine.activation(after.main().nodes().getFirst())).isEqualTo(ActivationFunctionType.valueOf(name));
    }

    @Test
    void aSecondActivationStays() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.x(), "sum", 1, 4);
        TensorId first = g.unary(BuiltinOperator.RELU6, sum, "first", 1, 4);
        Model before = g.outputs(g.unary(BuiltinOperator.RELU, first, "second", 1, 4));
        assertThat(Graphs.operators(Graphs.apply(new FuseActivation(), before))).containsExactly("ADD", "RELU");
    }

    @Test
    void anActivationOfAResultThatIsReadTwiceStays() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.x(), "sum", 1, 4);
        TensorId relu = g.unary(BuiltinOperator.RELU, sum, "relu", 1, 4);
        Graphs.assertUntouched(new FuseActivation(), g.outputs(g.mul(sum, relu, "mul", 1, 4)));
    }
}
