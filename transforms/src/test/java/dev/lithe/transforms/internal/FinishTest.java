package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Padding;
import dev.lithe.transforms.Finish;
import org.junit.jupiter.api.Test;

class FinishTest {
    private static Iterable<String> names(Model model) {
        return model.main().tensors().values().stream().map(TensorSpec::name).toList();
    }

    @Test
    void equalBiasesAreOneTensor() {
        Graphs g = Graphs.input(1, 6, 6, 2);
        TensorId a = g.conv(g.x(), "a", Padding.SAME, 1, 1, 6, 6, 4);
        TensorId b = g.conv(g.x(), "b", Padding.SAME, 1, 1, 6, 6, 4);
        Model before = g.outputs(g.mul(a, b, "y", 1, 6, 6, 4));
        Model after = Graphs.apply(new Finish(), before);
        assertThat(after.main().tensors()).hasSize(before.main().tensors().size() - 1);
        Graphs.assertSameAnswers(before, after);
    }

    @Test
    void equalBytesOfAnotherShapeAreNotEqual() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.constant("a", new int[] {4}, 1, 2, 3, 4), "sum", 1, 4);
        Model before = g.outputs(g.mul(sum, g.constant("b", new int[] {1, 4}, 1, 2, 3, 4), "y", 1, 4));
        Graphs.assertUntouched(new Finish(), before);
    }

    @Test
    void aConstantOfManyNodesIsCalledLikeTheShortest() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.random("net/relu/Relu;net/dense;net/bn/mul", 4), "a;b", 1, 4);
        TensorId scaled = g.mul(sum, g.random("net/dense/BiasAdd/ReadVariableOp", 4), "net/dense/BiasAdd", 1, 4);
        TensorId again = g.add(scaled, g.random("net/relu/Relu1;net/dense1", 4), "net/dense1", 1, 4);
        Model before = g.outputs(g.unary(BuiltinOperator.TANH, again, "out;put", 1, 4));
        Model after = Graphs.apply(new ShortConstantNames(), before);
        assertThat(names(after))
                .containsExactlyInAnyOrder(
                        "x",
                        "net/dense",
                        "a;b",
                        "net/dense/BiasAdd1",
                        "net/dense/BiasAdd",
                        "net/dense11",
                        "net/dense1",
                        "out;put");
    }

    @Test
    void allThatSaysHowAConstantWasReadGoes() {
        Graphs g = Graphs.input(1, 4);
        TensorId sum = g.add(g.x(), g.random("w/ReadVariableOp/ReadVariableOp", 4), "y/ReadVariableOp", 1, 4);
        Model after = Graphs.apply(new ShortConstantNames(), g.outputs(g.unary(BuiltinOperator.TANH, sum, "z", 1, 4)));
        assertThat(names(after)).containsExactlyInAnyOrder("x", "w", "y/ReadVariableOp", "z");
    }
}
