package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a transposition stands before a dense layer, the weights are turned instead.
class TransposeIntoDenseTest {
    private static final int SIZE = 24;

    private final Graphs g = Graphs.input(2, 2, 3, 4);

    private TensorId turned(int... order) {
        int[] x = {2, 2, 3, 4};
        int[] shape = {x[order[0]], x[order[1]], x[order[2]], x[order[3]]};
        return ShapesTest.transpose(g, g.x(), "turned", shape, order);
    }

    private TensorId flat() {
        return g.reshape(turned(0, 2, 3, 1), "flat", 2, SIZE);
    }

    private TensorId dense(TensorId flat, String name) {
        return g.dense(flat, name, SIZE, 5, 2, 5);
    }

    private static Model clean(Model model) {
        return new RemoveDeadCode().apply(model);
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 1", "3, 1, 2", "1, 3, 2", "3, 2, 1", "2, 1, 3"})
    void theWeightsAreTurnedInstead(int a, int b, int c) {
        Model before = g.outputs(dense(g.reshape(turned(0, a, b, c), "flat", 2, SIZE), "y"));
        Model after = clean(Graphs.apply(new TransposeIntoDense(), before));
        assertThat(Graphs.operators(after)).containsExactly("RESHAPE", "FULLY_CONNECTED");
        Graphs.assertSameAnswers(before, after);
    }

    @Test
    void anUnknownBatchSizeDoesNotMatter() {
        Model known = g.outputs(dense(flat(), "y"));
        GraphPatch patch = GraphPatch.on(known);
        known.main().tensors().values().forEach(spec -> {
            if (!spec.isConstant()) {
                int[] shape = spec.shape().toArray();
                shape[0] = Shape.UNKNOWN;
                patch.setTensor(spec.withShape(Shape.of(shape)));
            }
        });
        Node reshape = Graphs.only(known, BuiltinOperator.RESHAPE);
        TensorId open = patch.addTensor(0, Constants.ints("open", -1, SIZE));
        patch.replaceUse(reshape.id(), reshape.input(1), open);
        Model after = clean(new TransposeIntoDense().apply(patch.apply()));
        assertThat(Graphs.operators(after)).containsExactly("RESHAPE", "FULLY_CONNECTED");
    }

    /// Each layer gets weights of its own; the other one keeps what it had.
    @Test
    void weightsThatOthersReadStay() {
        TensorId weights = g.random("shared", 5, SIZE);
        FullyConnectedOptions options = FullyConnectedOptions.DEFAULT;
        BuiltinOperator code = BuiltinOperator.FULLY_CONNECTED;
        TensorId a = g.node(code, options, "a", new int[] {2, 5}, flat(), weights, TensorId.NONE);
        TensorId plain = g.reshape(g.x(), "plain", 2, SIZE);
        TensorId b = g.node(code, options, "b", new int[] {2, 5}, plain, weights, TensorId.NONE);
        Model after = clean(Graphs.apply(new TransposeIntoDense(), g.outputs(a, b)));
        assertThat(Graphs.operators(after)).doesNotContain("TRANSPOSE");
    }

    @Test
    void aTransposeThatOthersReadStaysForThem() {
        TensorId turned = turned(0, 2, 3, 1);
        TensorId y = dense(g.reshape(turned, "flat", 2, SIZE), "y");
        Model after = Graphs.apply(new TransposeIntoDense(), g.outputs(y, turned));
        assertThat(Graphs.operators(clean(after))).containsExactly("TRANSPOSE", "RESHAPE", "FULLY_CONNECTED");
        Node reshape = Graphs.only(after, BuiltinOperator.RESHAPE);
        assertThat(reshape.input(0)).isEqualTo(after.main().inputs().getFirst());
    }

    @Test
    void whatOthersReadFlattenedStays() {
        TensorId flat = flat();
        Graphs.assertUntouched(new TransposeIntoDense(), g.outputs(dense(flat, "a"), dense(flat, "b")));
    }

    @Test
    void whatIsSeenOutsideFlattenedStays() {
        TensorId flat = flat();
        Graphs.assertUntouched(new TransposeIntoDense(), g.outputs(dense(flat, "y"), flat));
    }

    @Test
    void aTransposeOfTheBatchStays() {
        TensorId flat = g.reshape(turned(1, 0, 2, 3), "flat", 2, SIZE);
        Graphs.assertUntouched(new TransposeIntoDense(), g.outputs(dense(flat, "y")));
    }

    @Test
    void aReshapeThatDoesNotKeepTheBatchStays() {
        TensorId flat = g.reshape(turned(0, 2, 3, 1), "flat", 4, 12);
        Graphs.assertUntouched(new TransposeIntoDense(), g.outputs(g.dense(flat, "y", 12, 5, 4, 5)));
    }

    @Test
    void computedWeightsStay() {
        TensorId weights = g.reshape(g.unary(BuiltinOperator.TANH, g.x(), "tanh", 2, 2, 3, 4), "w", 2, SIZE);
        TensorId y = g.node(
                BuiltinOperator.FULLY_CONNECTED,
                FullyConnectedOptions.DEFAULT,
                "y",
                new int[] {2, 2},
                flat(),
                weights,
                TensorId.NONE);
        Graphs.assertUntouched(new TransposeIntoDense(), g.outputs(y));
    }
}
