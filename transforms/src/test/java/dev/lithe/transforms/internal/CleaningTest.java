package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CastOptions;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.ExpandDimsOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.SqueezeOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeOptions;
import dev.lithe.transforms.FloatPipeline;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Passes that simplify a graph.
class CleaningTest {
    private static TensorId pad(Graphs g, int[] shape, int... paddings) {
        return g.node(
                BuiltinOperator.PAD,
                new PadOptions(),
                "pad",
                shape,
                g.x(),
                g.ints("paddings", new int[] {4, 2}, paddings));
    }

    private static Padding paddingOf(Model model) {
        return Graphs.only(model, BuiltinOperator.CONV_2D)
                .options()
                .as(Conv2DOptions.class, Conv2DOptions.DEFAULT)
                .padding();
    }

    @Test
    void zerosInFrontOfAConvolutionBecomeSamePadding() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId padded = pad(g, new int[] {1, 8, 8, 2}, 0, 0, 1, 1, 1, 1, 0, 0);
        Model before = g.outputs(g.conv(padded, "conv", Padding.VALID, 1, 1, 6, 6, 4));
        Model after = Graphs.apply(new FoldPadding(), before);
        assertThat(Graphs.operators(after)).containsExactly("CONV_2D");
        assertThat(paddingOf(after)).isEqualTo(Padding.SAME);
    }

    /// With a stride of 2 SAME puts one zero behind and none in front.
    @Test
    void zerosBehindWithAStride() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId padded = pad(g, new int[] {1, 7, 7, 2}, 0, 0, 0, 1, 0, 1, 0, 0);
        Model after = Graphs.apply(new FoldPadding(), g.outputs(g.conv(padded, "conv", Padding.VALID, 2, 1, 3, 3, 4)));
        assertThat(paddingOf(after)).isEqualTo(Padding.SAME);
    }

    /// The same sizes, but the window begins elsewhere.
    @Test
    void zerosAroundWithAStrideStay() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId padded = pad(g, new int[] {1, 8, 8, 2}, 0, 0, 1, 1, 1, 1, 0, 0);
        Graphs.assertUntouched(new FoldPadding(), g.outputs(g.conv(padded, "conv", Padding.VALID, 2, 1, 3, 3, 4)));
    }

    @Test
    void otherReadersKeepThePadding() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId padded = pad(g, new int[] {1, 8, 8, 2}, 0, 0, 1, 1, 1, 1, 0, 0);
        TensorId conv = g.conv(padded, "conv", Padding.VALID, 1, 1, 6, 6, 4);
        Model after = Graphs.apply(new FoldPadding(), g.outputs(conv, padded));
        assertThat(Graphs.operators(after)).containsExactly("PAD", "CONV_2D");
        assertThat(paddingOf(after)).isEqualTo(Padding.SAME);
    }

    @Test
    void squeezeAndExpandDimsAreReshapes() {
        Graphs g = Graphs.input(1, 4);
        TensorId wide = g.node(
                BuiltinOperator.EXPAND_DIMS,
                new ExpandDimsOptions(),
                "wide",
                new int[] {1, 1, 4},
                g.x(),
                g.ints("axis", new int[0], 1));
        TensorId narrow =
                g.node(BuiltinOperator.SQUEEZE, new SqueezeOptions(Ints.of(0, 1)), "narrow", new int[] {4}, wide);
        Model after = Graphs.apply(new ShapeToReshape(), g.outputs(narrow));
        assertThat(Graphs.operators(after)).containsExactly("RESHAPE", "RESHAPE");
        Model merged = Graphs.apply(new MergeReshapes(), after);
        assertThat(Graphs.operators(merged)).containsExactly("RESHAPE");
        assertThat(merged.tensor(merged.main().outputs().getFirst()).shape()).isEqualTo(Shape.of(4));
    }

    @Test
    void anUnknownBatchSizeStaysOpenInTheReshape() {
        Graphs g = Graphs.input(-1, 4);
        TensorId wide = g.node(
                BuiltinOperator.EXPAND_DIMS,
                new ExpandDimsOptions(),
                "wide",
                new int[] {-1, 1, 4},
                g.x(),
                g.ints("axis", new int[0], 1));
        Model after = Graphs.apply(new ShapeToReshape(), g.outputs(wide));
        Node reshape = Graphs.only(after, BuiltinOperator.RESHAPE);
        assertThat(Constants.tensor(after.tensor(reshape.input(1))).ints()).containsExactly(-1, 1, 4);
    }

    @ParameterizedTest
    @CsvSource({"ADD, 0", "SUB, 0", "MUL, 1", "DIV, 1"})
    void arithmeticWithoutEffectGoes(BuiltinOperator code, float neutral) {
        Graphs g = Graphs.input(1, 4);
        TensorId c = g.constant("c", new int[] {4}, neutral, neutral, neutral, neutral);
        TensorId same = switch (code) {
            case ADD -> g.add(c, g.x(), "same", 1, 4);
            case SUB -> g.sub(g.x(), c, "same", 1, 4);
            case MUL -> g.mul(c, g.x(), "same", 1, 4);
            default -> g.div(g.x(), c, "same", 1, 4);
        };
        Model before = g.outputs(g.unary(BuiltinOperator.RELU, same, "relu", 1, 4));
        assertThat(Graphs.operators(Graphs.apply(new RemoveIdentities(), before)))
                .containsExactly("RELU");
    }

    @Test
    void movesWithoutEffectGo() {
        Graphs g = Graphs.input(1, 2, 2, 1);
        TensorId padded = pad(g, new int[] {1, 2, 2, 1}, 0, 0, 0, 0, 0, 0, 0, 0);
        TensorId turned = g.node(
                BuiltinOperator.TRANSPOSE,
                new TransposeOptions(),
                "turned",
                new int[] {1, 2, 2, 1},
                padded,
                g.ints("permutation", new int[] {4}, 0, 1, 2, 3));
        TensorId cast = g.node(
                BuiltinOperator.CAST,
                new CastOptions(TensorType.FLOAT32, TensorType.FLOAT32),
                "cast",
                new int[] {1, 2, 2, 1},
                g.reshape(turned, "same", 1, 2, 2, 1));
        Model before = g.outputs(g.unary(BuiltinOperator.RELU, cast, "relu", 1, 2, 2, 1));
        Model after = new RemoveIdentities().apply(before);
        assertThat(Graphs.operators(after)).containsExactly("RELU");
    }

    /// The output keeps its name: what stands before writes it.
    @Test
    void anIdentityAtTheEnd() {
        Graphs g = Graphs.input(1, 4);
        TensorId relu = g.unary(BuiltinOperator.RELU, g.x(), "relu", 1, 4);
        Model after = Graphs.apply(new RemoveIdentities(), g.outputs(g.reshape(relu, "answer", 1, 4)));
        assertThat(Graphs.operators(after)).containsExactly("RELU");
        assertThat(after.tensor(after.main().outputs().getFirst()).name()).isEqualTo("answer");
    }

    @Test
    void anIdentityBetweenInputAndOutputStays() {
        Graphs g = Graphs.input(1, 4);
        Graphs.assertUntouched(new RemoveIdentities(), g.outputs(g.reshape(g.x(), "answer", 1, 4)));
    }

    @Test
    void whatIsConstantIsComputed() {
        Graphs g = Graphs.input(1, 2);
        TensorId sum = g.add(g.constant("a", new int[] {2}, 1, 2), g.constant("b", new int[] {2}, 10, 20), "sum", 2);
        TensorId turned = g.node(
                BuiltinOperator.TRANSPOSE,
                new TransposeOptions(),
                "turned",
                new int[] {2, 1},
                g.reshape(sum, "row", 1, 2),
                g.ints("permutation", new int[] {2}, 1, 0));
        Model before = g.outputs(g.mul(g.x(), g.reshape(turned, "flat", 2), "product", 1, 2));
        Model after = Graphs.apply(new FoldConstants(), before);
        assertThat(Graphs.operators(after)).containsExactly("MUL");
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 1)).containsExactly(11, 22);
    }

    @Test
    void divisionByAConstantIsMultiplication() {
        Graphs g = Graphs.input(1, 2);
        Model before = g.outputs(g.div(g.x(), g.constant("d", new int[] {2}, 4, -3), "div", 1, 2));
        Model after = Graphs.apply(new DivideToMultiply(), before);
        assertThat(Graphs.operators(after)).containsExactly("MUL");
        assertThat(Graphs.values(after, after.main().nodes().getFirst(), 1)).containsExactly(0.25f, 1 / -3f);
    }

    @Test
    void divisionByZeroStays() {
        Graphs g = Graphs.input(1, 2);
        Graphs.assertUntouched(
                new DivideToMultiply(), g.outputs(g.div(g.x(), g.constant("d", new int[] {2}, 4, 0), "div", 1, 2)));
    }

    /// The reciprocal of the one is infinite, that of the other has few digits.
    @ParameterizedTest
    @CsvSource({"1e-39", "1e38"})
    void divisionByExtremesStays(float divisor) {
        Graphs g = Graphs.input(1, 2);
        Graphs.assertUntouched(
                new DivideToMultiply(),
                g.outputs(g.div(g.x(), g.constant("d", new int[] {2}, 4, divisor), "div", 1, 2)));
    }

    @Test
    void aReshapeMakesWayForTheBias() {
        Graphs g = Graphs.input(6, 3);
        TensorId dense = g.dense(g.x(), "dense", 3, 2, 6, 2);
        TensorId sequence = g.reshape(dense, "sequence", 2, 3, 2);
        TensorId biased = g.add(sequence, g.constant("bias", new int[] {1, 1, 2}, 1, 2), "biased", 2, 3, 2);
        Model before = g.outputs(g.unary(BuiltinOperator.RELU, biased, "relu", 2, 3, 2));
        Model after = Graphs.apply(new DelayReshape(), before);
        assertThat(Graphs.operators(after)).containsExactly("FULLY_CONNECTED", "ADD", "RESHAPE", "RELU");
        Model whole = FloatPipeline.standard().apply(before);
        assertThat(Graphs.operators(whole)).containsExactly("FULLY_CONNECTED", "RESHAPE");
        Graphs.assertSameAnswers(before, whole);
    }

    @Test
    void aReshapeThatMovesChannelsStays() {
        Graphs g = Graphs.input(6, 3);
        TensorId turned = g.reshape(g.dense(g.x(), "dense", 3, 4, 6, 4), "turned", 2, 6, 2);
        Graphs.assertUntouched(new DelayReshape(), g.outputs(g.add(turned, g.random("c", 2), "sum", 2, 6, 2)));
    }

    @Test
    void whatNobodyReadsGoes() {
        Graphs g = Graphs.input(1, 4);
        TensorId dead = g.unary(BuiltinOperator.RELU, g.x(), "dead", 1, 4);
        g.mul(dead, g.random("c", 4), "deader", 1, 4);
        Model after = Graphs.apply(new RemoveDeadCode(), g.outputs(g.unary(BuiltinOperator.RELU6, g.x(), "y", 1, 4)));
        assertThat(Graphs.operators(after)).containsExactly("RELU6");
        assertThat(after.main().tensors().values()).extracting(TensorSpec::name).containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void namesBecomeUniqueConstantsFirst() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.random("n", 4), "n", 1, 4);
        Model after = Graphs.apply(new UniqueNames(), g.outputs(g.mul(sum, g.random("n", 4), "x1", 1, 4)));
        assertThat(after.main().tensors().values())
                .extracting(TensorSpec::name)
                .containsExactly("x", "n", "n2", "n1", "x1");
    }

    @Test
    void everyPassHasAName() {
        List<String> names =
                FloatPipeline.standard().passes().stream().map(p -> p.name()).toList();
        assertThat(names).doesNotHaveDuplicates().noneMatch(String::isBlank);
    }
}
