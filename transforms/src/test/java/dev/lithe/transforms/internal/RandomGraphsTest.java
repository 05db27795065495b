package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.OperatorValidator;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.transforms.FloatPipeline;
import dev.lithe.transforms.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Graphs nobody thought of: chains of operators with results that are shared, seen outside or dead, and constants
/// that are neutral, uniform or neither. Every pass keeps their answers.
class RandomGraphsTest {
    private static final int GRAPHS = 150;
    private static final int ROUNDS = 2;
    private static final int[] SHAPE = {2, 4};
    private static final float[] NUMBERS = {0, 1, -1, 2, 0.5f, 3, 6, 1 / 6f};
    private static final BuiltinOperator[] UNARY = {
        BuiltinOperator.RELU,
        BuiltinOperator.RELU6,
        BuiltinOperator.NEG,
        BuiltinOperator.ABS,
        BuiltinOperator.TANH,
        BuiltinOperator.LOGISTIC
    };

    private static final class Writer {
        private final Random random;
        private final Graphs g = Graphs.input(SHAPE);
        private final List<TensorId> values = new ArrayList<>(List.of(g.x()));
        private int count;

        Writer(long seed) {
            random = new Random(seed);
        }

        private String name() {
            return "t" + count++;
        }

        /// Mostly what came last, so that chains are long.
        private TensorId any() {
            int back = random.nextInt(3) == 0 ? random.nextInt(values.size()) : 0;
            return values.get(values.size() - 1 - back);
        }

        private TensorId unary(BuiltinOperator code, TensorId x) {
            return g.unary(code, x, name(), SHAPE);
        }

        private TensorId constant() {
            float number = NUMBERS[random.nextInt(NUMBERS.length)];
            return switch (random.nextInt(6)) {
                case 0 -> g.random(name(), 4);
                case 1 -> g.random(name(), SHAPE);
                case 2 -> g.constant(name(), new int[] {4}, number, number, number, number);
                case 3 -> g.random(name(), 2, 1);
                default -> g.constant(name(), new int[0], number);
            };
        }

        private TensorId arithmetic(TensorId a, TensorId b) {
            return switch (random.nextInt(5)) {
                case 0 -> g.add(a, b, name(), SHAPE);
                case 1 -> g.sub(a, b, name(), SHAPE);
                case 2 -> g.node(BuiltinOperator.MAXIMUM, null, name(), SHAPE, a, b);
                case 3 -> g.node(BuiltinOperator.MINIMUM, null, name(), SHAPE, a, b);
                default -> g.mul(a, b, name(), SHAPE);
            };
        }

        private TensorId withConstant(TensorId x) {
            if (random.nextInt(6) == 0) {
                return g.div(x, g.constant(name(), new int[] {4}, 2, -3, 0.7f, 1), name(), SHAPE);
            }
            TensorId c = constant();
            return random.nextBoolean() ? arithmetic(x, c) : arithmetic(c, x);
        }

        private TensorId moved(TensorId x) {
            TensorId turned = ShapesTest.transpose(g, x, name(), new int[] {4, 2}, 1, 0);
            return switch (random.nextInt(4)) {
                case 0 -> g.reshape(g.reshape(x, name(), 2, 2, 2), name(), SHAPE);
                case 1 -> g.reshape(turned, name(), SHAPE);
                case 2 -> ShapesTest.transpose(g, turned, name(), SHAPE, 1, 0);
                default ->
                    ShapesTest.transpose(g, g.unary(BuiltinOperator.TANH, turned, name(), 4, 2), name(), SHAPE, 1, 0);
            };
        }

        /// The beginning of what a pass looks for; the random constants around it may fit or not.
        private TensorId formula(TensorId x) {
            return switch (random.nextInt(6)) {
                case 0 -> {
                    TensorId difference = g.sub(x, constant(), name(), SHAPE);
                    yield unary(BuiltinOperator.TANH, g.mul(difference, difference, name(), SHAPE));
                }
                case 1 -> {
                    TensorId gate = unary(BuiltinOperator.RELU6, g.add(x, number(3), name(), SHAPE));
                    yield g.mul(
                            g.mul(unary(BuiltinOperator.TANH, x), gate, name(), SHAPE), number(1 / 6f), name(), SHAPE);
                }
                case 2 -> g.node(BuiltinOperator.MAXIMUM, null, name(), SHAPE, x, g.mul(x, constant(), name(), SHAPE));
                case 3 -> {
                    TensorId zeros = g.constant(name(), new int[] {2, 1}, 0, 0);
                    yield g.add(x, g.mul(zeros, unary(BuiltinOperator.LOGISTIC, any()), name(), SHAPE), name(), SHAPE);
                }
                case 4 -> g.node(BuiltinOperator.BATCH_MATMUL, null, name(), SHAPE, x, g.random(name(), 4, 4));
                default -> {
                    TensorId vector = g.random(name(), 1, 4);
                    TensorId to = g.ints(name(), new int[] {2}, SHAPE);
                    yield arithmetic(x, g.node(BuiltinOperator.BROADCAST_TO, null, name(), SHAPE, vector, to));
                }
            };
        }

        private TensorId number(float value) {
            return g.constant(name(), new int[0], value);
        }

        private TensorId next() {
            TensorId x = any();
            return switch (random.nextInt(10)) {
                case 0, 1 -> unary(UNARY[random.nextInt(UNARY.length)], x);
                case 2, 3, 4 -> withConstant(x);
                case 5 -> arithmetic(x, unary(BuiltinOperator.TANH, any())); // no number grows without bound
                case 6 -> moved(x);
                case 7, 8 -> formula(x);
                default -> g.dense(x, name(), 4, 4, SHAPE);
            };
        }

        Model write() {
            int length = 4 + random.nextInt(10);
            for (int i = 0; i < length; i++) {
                values.add(next());
            }
            TensorId last = values.getLast();
            TensorId other = values.get(1 + random.nextInt(length));
            return other.equals(last) ? g.outputs(last) : g.outputs(last, other);
        }
    }

    @Test
    void everyPassKeepsTheAnswers() {
        assertThat(effective(true)).as("passes that found something").hasSizeGreaterThan(20);
    }

    /// The same graphs, with nothing known of the tensors between inputs and outputs before they are computed.
    @Test
    void everyPassKeepsTheAnswersWhereNoRankIsKnown() {
        assertThat(effective(false)).as("passes that found something").hasSizeGreaterThan(5);
    }

    private static Model unranked(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        for (TensorSpec spec : model.main().tensors().values()) {
            boolean edge = model.main().inputs().contains(spec.id())
                    || model.main().outputs().contains(spec.id());
            if (!edge && !spec.isConstant()) {
                patch.setTensor(new TensorSpec(
                        spec.id(),
                        spec.name(),
                        spec.type(),
                        Shape.SCALAR,
                        Shape.SCALAR,
                        spec.quantization(),
                        false,
                        null,
                        null,
                        List.of()));
            }
        }
        return patch.apply();
    }

    private static Set<String> effective(boolean ranked) {
        Set<String> effective = new TreeSet<>();
        for (int seed = 0; seed < GRAPHS; seed++) {
            Model written = new Writer(seed).write();
            Model model = ranked ? written : unranked(written);
            Model current = model;
            for (int round = 0; round < ROUNDS; round++) {
                for (Pass pass : FloatPipeline.imported().passes()) {
                    current = checked(pass, current, effective, "graph " + seed);
                }
            }
            Graphs.assertSameAnswers(model, FloatPipeline.imported().apply(model));
        }
        return effective;
    }

    @SuppressWarnings("ReferenceEquality") // a pass without effect gives its input back
    private static Model checked(Pass pass, Model before, Set<String> effective, String graph) {
        Model after = pass.apply(before);
        if (after == before) {
            return before;
        }
        effective.add(pass.name());
        OperatorValidator.validate(GraphValidator.validate(after));
        assertThat(pass.apply(after)).as(graph + ": " + pass.name() + ", again").isSameAs(after);
        try {
            Graphs.assertSameAnswers(before, after);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(graph + ": " + pass.name() + "\n" + before.main() + "\n" + after.main(), e);
        }
        return after;
    }
}
