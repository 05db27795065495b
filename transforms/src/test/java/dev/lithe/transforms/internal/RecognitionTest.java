package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GeluOptions;
import dev.lithe.schema.LeakyReluOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.transforms.Pass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Operators that are found in formulas. That the answers stay is checked by [Graphs#apply].
class RecognitionTest {
    private final Graphs g = Graphs.input(2, 5);
    private final TensorId x = g.x();

    private TensorId number(String name, float value) {
        return g.constant(name, new int[0], value);
    }

    private TensorId node(BuiltinOperator code, String name, TensorId... inputs) {
        return g.node(code, null, name, new int[] {2, 5}, inputs);
    }

    private TensorId mul(TensorId a, TensorId b, String name) {
        return g.mul(a, b, name, 2, 5);
    }

    private TensorId add(TensorId a, TensorId b, String name) {
        return g.add(a, b, name, 2, 5);
    }

    private TensorId sub(TensorId a, TensorId b, String name) {
        return g.sub(a, b, name, 2, 5);
    }

    private TensorId div(TensorId a, TensorId b, String name) {
        return g.div(a, b, name, 2, 5);
    }

    private TensorId last(BuiltinOperator code, TensorId from, String name) {
        TensorId axis = g.ints(name + "/axis", new int[] {1}, -1);
        return g.node(code, new ReducerOptions(true), name, new int[] {2, 1}, from, axis);
    }

    /// What `pass` makes of the graph that ends in `y`, without what is dead then.
    private Model after(Pass pass, TensorId y) {
        return new RemoveDeadCode().apply(Graphs.apply(pass, g.outputs(y)));
    }

    private Node found(Pass pass, TensorId y, String operator) {
        Model after = after(pass, y);
        assertThat(Graphs.operators(after)).containsExactly(operator);
        return after.main().nodes().getFirst();
    }

    // --- hard swish ---

    private TensorId gate() {
        return node(BuiltinOperator.RELU6, "gate", add(x, number("3", 3), "shifted"));
    }

    @Test
    void hardSwishAsGateThenSixth() {
        found(new RecognizeHardSwish(), mul(mul(x, gate(), "product"), number("k", 1 / 6f), "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishWithTheSixthOnTheGate() {
        found(new RecognizeHardSwish(), mul(x, mul(number("k", 1 / 6f), gate(), "part"), "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishWithTheSixthOnX() {
        found(new RecognizeHardSwish(), mul(mul(x, number("k", 1 / 6f), "part"), gate(), "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishGateFirst() {
        found(new RecognizeHardSwish(), mul(gate(), mul(x, number("k", 1 / 6f), "part"), "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishDividedAtTheEnd() {
        found(new RecognizeHardSwish(), div(mul(gate(), x, "product"), number("6", 6), "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishDividedWithin() {
        found(new RecognizeHardSwish(), mul(div(gate(), number("6", 6), "part"), x, "y"), "HARD_SWISH");
    }

    @Test
    void hardSwishOfAHardSigmoid() {
        TensorId sigmoid = node(
                BuiltinOperator.RELU_0_TO_1,
                "gate",
                add(mul(x, number("k", 1 / 6f), "part"), number("h", 0.5f), "shifted"));
        found(new RecognizeHardSwish(), mul(sigmoid, x, "y"), "HARD_SWISH");
    }

    @Test
    void anotherSlopeIsNoHardSwish() {
        Model model = g.outputs(mul(mul(x, gate(), "product"), number("k", 1 / 5f), "y"));
        Graphs.assertUntouched(new RecognizeHardSwish(), model);
    }

    // --- GELU ---

    /// erf as importers write it.
    private TensorId erf(TensorId u) {
        TensorId z = mul(u, number("root2", (float) Math.sqrt(2)), "z");
        TensorId isZero = g.bools(BuiltinOperator.EQUAL, "zero?", new int[] {2, 5}, z, number("0", 0));
        TensorId gelu = g.node(BuiltinOperator.GELU, new GeluOptions(false), "gelu", new int[] {2, 5}, z);
        TensorId twice = mul(div(gelu, z, "quotient"), number("2", 2), "twice");
        TensorId half = node(BuiltinOperator.SELECT_V2, "half", isZero, number("one", 1), twice);
        return sub(half, number("minus", 1), "erf");
    }

    @Test
    void geluOfErf() {
        TensorId u = mul(x, number("r", (float) Math.sqrt(0.5)), "u");
        TensorId gate = add(erf(u), number("1", 1), "gate");
        Node gelu = found(new RecognizeGelu(), mul(mul(x, number("h", 0.5f), "half x"), gate, "y"), "GELU");
        assertThat(gelu.options().as(GeluOptions.class, GeluOptions.DEFAULT).approximate())
                .isFalse();
    }

    @Test
    void geluOfTheComplement() {
        TensorId u = mul(node(BuiltinOperator.NEG, "neg", x), number("r", (float) Math.sqrt(0.5)), "u");
        TensorId gate = sub(number("1", 1), erf(u), "gate");
        found(new RecognizeGelu(), mul(mul(number("h", 0.5f), x, "half x"), gate, "y"), "GELU");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void geluOfTanh(boolean cube) {
        TensorId square = mul(x, x, "square");
        TensorId k = number("k", 0.044715f);
        TensorId root = number("r", (float) Math.sqrt(2 / Math.PI));
        TensorId u = cube
                ? mul(add(x, mul(mul(square, x, "cube"), k, "part"), "inner"), root, "u")
                : mul(mul(root, x, "rx"), add(mul(k, square, "part"), number("i", 1), "inner"), "u");
        TensorId gate = add(number("1", 1), node(BuiltinOperator.TANH, "tanh", u), "gate");
        Node gelu = found(new RecognizeGelu(), mul(x, mul(gate, number("h", 0.5f), "half"), "y"), "GELU");
        assertThat(gelu.options().as(GeluOptions.class, GeluOptions.DEFAULT).approximate())
                .isTrue();
    }

    // --- rectifiers ---

    @ParameterizedTest
    @CsvSource({"0, 6, RELU6", "-1, 1, RELU_N1_TO_1", "0, 1, RELU_0_TO_1"})
    void clampsInBothOrders(float low, float high, String operator) {
        TensorId floor = node(BuiltinOperator.MAXIMUM, "floor", x, number("low", low));
        found(new RecognizeClamps(), node(BuiltinOperator.MINIMUM, "y", floor, number("high", high)), operator);
        Graphs other = Graphs.input(2, 5);
        TensorId bound = other.constant("high", new int[0], high);
        TensorId ceiling = other.node(BuiltinOperator.MINIMUM, null, "ceiling", new int[] {2, 5}, bound, other.x());
        TensorId y = other.node(
                BuiltinOperator.MAXIMUM,
                null,
                "y",
                new int[] {2, 5},
                ceiling,
                other.constant("low", new int[] {5}, low, low, low, low, low));
        Model after = new RemoveDeadCode().apply(Graphs.apply(new RecognizeClamps(), other.outputs(y)));
        assertThat(Graphs.operators(after)).containsExactly(operator);
    }

    @Test
    void maximumWithZeroIsRelu() {
        found(new RecognizeClamps(), node(BuiltinOperator.MAXIMUM, "y", number("0", 0), x), "RELU");
    }

    @Test
    void otherBoundsStay() {
        TensorId floor = node(BuiltinOperator.MAXIMUM, "floor", x, number("low", -2));
        Graphs.assertUntouched(
                new RecognizeClamps(), g.outputs(node(BuiltinOperator.MINIMUM, "y", floor, number("high", 1))));
    }

    @Test
    void leakyReluOfMaximum() {
        TensorId slope = mul(x, number("a", 0.2f), "slope");
        Node leaky = found(new RecognizeLeakyRelu(), node(BuiltinOperator.MAXIMUM, "y", slope, x), "LEAKY_RELU");
        assertThat(leaky.options()
                        .as(LeakyReluOptions.class, LeakyReluOptions.DEFAULT)
                        .alpha())
                .isEqualTo(0.2f);
    }

    @Test
    void aSlopeAboveOneIsNoLeakyRelu() {
        TensorId slope = mul(x, number("a", 1.5f), "slope");
        Graphs.assertUntouched(new RecognizeLeakyRelu(), g.outputs(node(BuiltinOperator.MAXIMUM, "y", slope, x)));
    }

    @ParameterizedTest
    @CsvSource({"GREATER, true", "LESS, false", "GREATER_EQUAL, true", "LESS_EQUAL, false"})
    void leakyReluOfAChoice(BuiltinOperator comparison, boolean positiveFirst) {
        TensorId slope = mul(x, number("a", -0.3f), "slope");
        TensorId test = g.bools(comparison, "test", new int[] {2, 5}, x, number("0", 0));
        TensorId y = positiveFirst
                ? node(BuiltinOperator.SELECT_V2, "y", test, x, slope)
                : node(BuiltinOperator.SELECT_V2, "y", test, slope, x);
        found(new RecognizeLeakyRelu(), y, "LEAKY_RELU");
    }

    @Test
    void preluAsKerasWritesIt() {
        TensorId negative = node(BuiltinOperator.RELU, "n", node(BuiltinOperator.NEG, "neg", x));
        TensorId slopes = g.random("slopes", 1, 5);
        TensorId y = add(node(BuiltinOperator.RELU, "p", x), mul(slopes, negative, "part"), "y");
        Node prelu = found(new RecognizePrelu(), y, "PRELU");
        assertThat(prelu.inputs()).hasSize(2);
    }

    @Test
    void preluOfMinimum() {
        TensorId negative = node(BuiltinOperator.MINIMUM, "n", x, number("0", 0));
        TensorId y = add(mul(negative, g.random("slopes", 5), "part"), node(BuiltinOperator.RELU, "p", x), "y");
        found(new RecognizePrelu(), y, "PRELU");
    }

    @Test
    void preluOfOneSlopeIsLeakyRelu() {
        TensorId negative = node(BuiltinOperator.RELU, "n", node(BuiltinOperator.NEG, "neg", x));
        TensorId y = sub(node(BuiltinOperator.RELU, "p", x), mul(negative, number("a", 0.25f), "part"), "y");
        Node leaky = found(new RecognizePrelu(), y, "LEAKY_RELU");
        assertThat(leaky.options()
                        .as(LeakyReluOptions.class, LeakyReluOptions.DEFAULT)
                        .alpha())
                .isEqualTo(0.25f);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void elu(boolean guarded) {
        TensorId inner = guarded ? node(BuiltinOperator.MINIMUM, "n", x, number("0", 0)) : x;
        TensorId less = sub(node(BuiltinOperator.EXP, "e", inner), number("1", 1), "less");
        TensorId test = g.bools(BuiltinOperator.GREATER, "test", new int[] {2, 5}, x, number("zero", 0));
        found(new RecognizeElu(), node(BuiltinOperator.SELECT_V2, "y", test, x, less), "ELU");
    }

    @Test
    void logistic() {
        TensorId e = node(BuiltinOperator.EXP, "e", node(BuiltinOperator.NEG, "neg", x));
        TensorId y = div(number("n", 1), add(e, number("1", 1), "sum"), "y");
        found(new RecognizeLogistic(), y, "LOGISTIC");
    }

    @Test
    void aRectifierOfWhatIsNotNegativeGoes() {
        TensorId e = node(BuiltinOperator.EXP, "e", x);
        found(new RemoveRectifiers(), node(BuiltinOperator.RELU, "y", e), "EXP");
    }

    /// One divided by the root of -0 is minus infinity.
    @Test
    void aRectifierOfAReciprocalRootStays() {
        TensorId root = node(BuiltinOperator.RSQRT, "r", x);
        Graphs.assertUntouched(new RemoveRectifiers(), g.outputs(node(BuiltinOperator.RELU, "y", root)));
    }

    // --- along the last dimension ---

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void softmax(boolean guarded) {
        TensorId inner = guarded ? sub(x, last(BuiltinOperator.REDUCE_MAX, x, "max"), "shifted") : x;
        TensorId e = node(BuiltinOperator.EXP, "e", inner);
        found(new RecognizeSoftmax(), div(e, last(BuiltinOperator.SUM, e, "sum"), "y"), "SOFTMAX");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void logSoftmax(boolean guarded) {
        TensorId inner = guarded ? sub(x, last(BuiltinOperator.REDUCE_MAX, x, "max"), "shifted") : x;
        TensorId sum = last(BuiltinOperator.SUM, node(BuiltinOperator.EXP, "e", inner), "sum");
        TensorId log = g.node(BuiltinOperator.LOG, null, "log", new int[] {2, 1}, sum);
        found(new RecognizeSoftmax(), sub(inner, log, "y"), "LOG_SOFTMAX");
    }

    @Test
    void sumsOfAnotherDimensionAreNoSoftmax() {
        TensorId e = node(BuiltinOperator.EXP, "e", x);
        TensorId axis = g.ints("axis", new int[] {1}, 0);
        TensorId sum = g.node(BuiltinOperator.SUM, new ReducerOptions(true), "sum", new int[] {1, 5}, e, axis);
        Graphs.assertUntouched(new RecognizeSoftmax(), g.outputs(div(e, sum, "y")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void l2Normalization(boolean product) {
        TensorId sum = last(BuiltinOperator.SUM, mul(x, x, "square"), "sum");
        TensorId guarded =
                g.node(BuiltinOperator.MAXIMUM, null, "max", new int[] {2, 1}, sum, number("epsilon", 1e-12f));
        BuiltinOperator code = product ? BuiltinOperator.RSQRT : BuiltinOperator.SQRT;
        TensorId root = g.node(code, null, "root", new int[] {2, 1}, guarded);
        found(new RecognizeL2Normalization(), product ? mul(root, x, "y") : div(x, root, "y"), "L2_NORMALIZATION");
    }

    /// A large guard changes answers.
    @Test
    void aLargeEpsilonStays() {
        TensorId sum = last(BuiltinOperator.SUM, mul(x, x, "square"), "sum");
        TensorId guarded = g.add(sum, number("epsilon", 1e-3f), "guarded", 2, 1);
        TensorId root = g.node(BuiltinOperator.RSQRT, null, "root", new int[] {2, 1}, guarded);
        Graphs.assertUntouched(new RecognizeL2Normalization(), g.outputs(mul(x, root, "y")));
    }

    @Test
    void squaredDifference() {
        TensorId difference = sub(x, g.random("c", 5), "difference");
        found(new RecognizeSquaredDifference(), mul(difference, difference, "y"), "SQUARED_DIFFERENCE");
    }

    @Test
    void aDifferenceThatOthersReadStays() {
        TensorId difference = sub(x, g.random("c", 5), "difference");
        TensorId square = mul(difference, difference, "y");
        Graphs.assertUntouched(new RecognizeSquaredDifference(), g.outputs(square, difference));
    }

    // --- powers, signs ---

    @ParameterizedTest
    @CsvSource({"2, MUL", "0.5, SQRT", "-0.5, RSQRT"})
    void powers(float exponent, String operator) {
        TensorId positive = node(BuiltinOperator.EXP, "e", x);
        Model after = after(new SimplifyPowers(), node(BuiltinOperator.POW, "y", positive, number("p", exponent)));
        assertThat(Graphs.operators(after)).containsExactly("EXP", operator);
    }

    @Test
    void otherPowersStay() {
        Graphs.assertUntouched(new SimplifyPowers(), g.outputs(node(BuiltinOperator.POW, "y", x, number("p", 3))));
    }

    @Test
    void negationsGoIntoSums() {
        TensorId a = add(
                x, node(BuiltinOperator.NEG, "n1", g.node(BuiltinOperator.ABS, null, "b", new int[] {2, 5}, x)), "a");
        TensorId c = sub(a, node(BuiltinOperator.NEG, "n2", x), "c");
        TensorId y = node(BuiltinOperator.NEG, "y", sub(c, g.random("k", 5), "d"));
        Model after = after(new RemoveNegations(), y);
        assertThat(Graphs.operators(after)).containsExactly("ABS", "SUB", "ADD", "SUB");
    }

    // --- layer normalization ---

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void layerNormalization(boolean gamma, boolean beta) {
        TensorId mean = last(BuiltinOperator.MEAN, x, "mean");
        TensorId squares = node(BuiltinOperator.SQUARED_DIFFERENCE, "squares", x, mean);
        TensorId variance = last(BuiltinOperator.MEAN, squares, "variance");
        TensorId guarded = g.add(variance, number("epsilon", 1e-3f), "guarded", 2, 1);
        TensorId factor = g.node(BuiltinOperator.RSQRT, null, "r", new int[] {2, 1}, guarded);
        TensorId scale = gamma ? mul(factor, g.random("gamma", 5), "scale") : factor;
        TensorId scaled = mul(x, scale, "scaled");
        TensorId shift = gamma ? mul(mean, scale, "shift") : g.mul(mean, scale, "shift", 2, 1);
        TensorId y = beta ? add(scaled, sub(g.random("beta", 5), shift, "offset"), "y") : sub(scaled, shift, "y");
        Model before = g.outputs(y);
        Model after = new RemoveDeadCode().apply(Graphs.apply(new RegroupNormalization(), before));
        assertThat(Graphs.operators(after)).startsWith("MEAN", "SUB", "MUL", "MEAN", "ADD", "RSQRT", "MUL");
        assertThat(Graphs.operators(after)).hasSize(7 + (gamma ? 1 : 0) + (beta ? 1 : 0));
        assertThat(after.main().nodes().size())
                .isLessThanOrEqualTo(before.main().nodes().size());
    }

    @Test
    void batchNormalizationOfConstantsIsLeftToFolding() {
        TensorId scale = g.random("scale", 5);
        TensorId mean = g.random("mean", 5);
        TensorId y = sub(mul(x, scale, "scaled"), g.mul(mean, scale, "shift", 5), "y");
        Graphs.assertUntouched(new RegroupNormalization(), g.outputs(y));
    }
}
