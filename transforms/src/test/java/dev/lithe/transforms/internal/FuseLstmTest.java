package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.SplitOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.WhileOptions;
import dev.lithe.testkit.ModelBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A loop over an LSTM cell, written out operator by operator. (Those of Keras are tested with the importers.)
class FuseLstmTest {
    private static final int TIME = 4;
    private static final int BATCH = 2;
    private static final int DEPTH = 3;
    private static final int UNITS = 2;
    private static final int[] STATE = {BATCH, UNITS};
    private static final int[] LIST = {TIME, BATCH, UNITS};

    private final ModelBuilder builder = new ModelBuilder();
    private final Random random = new Random(5);

    /// What the loop is like, and what differs where a test asks for it.
    private int rounds = TIME;
    private int begin;
    private float state;
    private boolean squashed = true;
    private boolean readsState;
    private int batch = BATCH;
    private BuiltinOperator gate = BuiltinOperator.LOGISTIC;

    private TensorId floats(String name, int... shape) {
        return builder.floats(name, shape);
    }

    private TensorId number(String name, int value) {
        return builder.constant(name, Tensor.of(Shape.SCALAR, new int[] {value}));
    }

    private TensorId ints(String name, int... values) {
        return builder.constant(name, Tensor.of(Shape.of(values.length), values));
    }

    private TensorId constant(String name, float value, int... shape) {
        float[] values = new float[Shape.of(shape).flatSize()];
        Arrays.fill(values, value);
        return builder.constant(name, Tensor.of(Shape.of(shape), values));
    }

    private TensorId weights(String name, int... shape) {
        float[] values = new float[Shape.of(shape).flatSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return builder.constant(name, Tensor.of(Shape.of(shape), values));
    }

    private TensorId node(
            BuiltinOperator code, @Nullable OperatorOptions options, String name, int[] shape, TensorId... inputs) {
        TensorId y = floats(name, shape);
        builder.node(code, options, List.of(inputs), y);
        return y;
    }

    private TensorId add(TensorId a, TensorId b, String name, int... shape) {
        return node(BuiltinOperator.ADD, new AddOptions(ActivationFunctionType.NONE, true), name, shape, a, b);
    }

    private TensorId mul(TensorId a, TensorId b, String name) {
        return node(BuiltinOperator.MUL, new MulOptions(ActivationFunctionType.NONE), name, STATE, a, b);
    }

    private Model model() {
        TensorId x = floats("x", TIME, batch, DEPTH);
        TensorId list = floats("net/list", LIST);
        TensorId h = floats("net/while/h", STATE);
        TensorId c = floats("net/while/c", STATE);
        TensorId step = builder.tensor("net/while/step", TensorType.INT32, Shape.SCALAR);
        TensorId sequence = floats("net/while/x", TIME, batch, DEPTH);
        List<TensorId> inputs = List.of(
                number("begin", begin),
                constant("list0", 0, LIST),
                constant("h0", state, STATE),
                constant("c0", state, STATE),
                x);
        builder.node(BuiltinOperator.WHILE, new WhileOptions(1, 2), inputs, step, list, h, c, sequence);
        TensorId last = node(BuiltinOperator.TANH, null, "last", STATE, readsState ? c : h);
        builder.subgraph("main", List.of(x), list, last);
        condition();
        body();
        return GraphValidator.validate(builder.build());
    }

    private List<TensorId> values() {
        return List.of(
                builder.tensor("step", TensorType.INT32, Shape.SCALAR),
                floats("list", LIST),
                floats("h", STATE),
                floats("c", STATE),
                floats("x", TIME, batch, DEPTH));
    }

    private void condition() {
        List<TensorId> values = values();
        TensorId more = builder.tensor("more", TensorType.BOOL, Shape.SCALAR);
        builder.node(BuiltinOperator.LESS, null, List.of(values.getFirst(), number("rounds", rounds)), more)
                .subgraph("condition", values, more);
    }

    private void body() {
        List<TensorId> values = values();
        TensorId step = values.getFirst();
        int[] wide = {BATCH, 4 * UNITS};
        TensorId x = node(
                BuiltinOperator.GATHER, new GatherOptions(0, 0), "row", new int[] {batch, DEPTH}, values.get(4), step);
        BuiltinOperator dense = BuiltinOperator.FULLY_CONNECTED;
        FullyConnectedOptions options = FullyConnectedOptions.DEFAULT;
        TensorId a = node(dense, options, "a", wide, x, weights("w", 4 * UNITS, DEPTH), TensorId.NONE);
        TensorId recurrent = weights("r", 4 * UNITS, UNITS);
        TensorId b = node(dense, options, "b", wide, values.get(2), recurrent, weights("bias", 4 * UNITS));
        TensorId z = add(add(a, b, "ab", wide), weights("more", 4 * UNITS), "z", wide);
        TensorId[] parts = {floats("i", STATE), floats("f", STATE), floats("g", STATE), floats("o", STATE)};
        builder.node(BuiltinOperator.SPLIT, new SplitOptions(4), List.of(number("axis", 1), z), parts);
        TensorId input = node(BuiltinOperator.LOGISTIC, null, "si", STATE, parts[0]);
        TensorId forget = node(gate, null, "sf", STATE, parts[1]);
        TensorId cell = node(BuiltinOperator.TANH, null, "tg", STATE, parts[2]);
        TensorId output = node(BuiltinOperator.LOGISTIC, null, "so", STATE, parts[3]);
        TensorId c = add(mul(forget, values.get(3), "fc"), mul(input, cell, "ig"), "c1", STATE);
        TensorId h = mul(output, squashed ? node(BuiltinOperator.TANH, null, "tc", STATE, c) : c, "h1");
        TensorId next = builder.tensor("next", TensorType.INT32, Shape.SCALAR);
        AddOptions plain = new AddOptions(ActivationFunctionType.NONE, true);
        builder.node(BuiltinOperator.ADD, plain, List.of(step, number("one", 1)), next);
        builder.subgraph("body", values, next, collected(values.get(1), step, h), h, c, values.get(4));
    }

    private TensorId collected(TensorId list, TensorId step, TensorId h) {
        int[] one = {1, BATCH, UNITS};
        TensorId row = node(BuiltinOperator.RESHAPE, null, "hr", one, h, ints("hs", one));
        TensorId number = builder.tensor("number", TensorType.INT32, Shape.of(1));
        builder.node(BuiltinOperator.RESHAPE, null, List.of(step, ints("ns", 1)), number);
        TensorId place = builder.tensor("place", TensorType.INT32, Shape.of(3));
        ConcatenationOptions options = ConcatenationOptions.DEFAULT.withAxis(0);
        builder.node(BuiltinOperator.CONCATENATION, options, List.of(number, ints("rest", 0, 0)), place);
        return node(BuiltinOperator.DYNAMIC_UPDATE_SLICE, null, "list1", LIST, list, row, place);
    }

    @Test
    void theLoopBecomesTheOperator() {
        Model before = model();
        Model after = Graphs.apply(new FuseLstm(), before);
        assertThat(Graphs.operators(after))
                .containsExactly(
                        "TRANSPOSE",
                        "FILL",
                        "FILL",
                        "UNIDIRECTIONAL_SEQUENCE_LSTM",
                        "TRANSPOSE",
                        "STRIDED_SLICE",
                        "TANH");
        Model alone = Graphs.apply(new RemoveUnusedSubgraphs(), after);
        assertThat(alone.subgraphs()).hasSize(1);
        Graphs.assertSameAnswers(before, alone);
    }

    @Test
    void fewerRoundsThanStepsStayALoop() {
        rounds = TIME - 1;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    @Test
    void aLoopFromTheSecondStepStays() {
        begin = 1;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    @Test
    void aStateThatIsNotZeroStays() {
        state = 0.5f;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    @Test
    void otherGatesStay() {
        gate = BuiltinOperator.TANH;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    @Test
    void anOutputThatIsNotSquashedStays() {
        squashed = false;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    /// The operator does not give its inner state.
    @Test
    void aStateThatIsReadStays() {
        readsState = true;
        Graphs.assertUntouched(new FuseLstm(), model());
    }

    @Test
    void anUnknownBatchSizeStays() {
        batch = Shape.UNKNOWN;
        Graphs.assertUntouched(new FuseLstm(), model());
    }
}
