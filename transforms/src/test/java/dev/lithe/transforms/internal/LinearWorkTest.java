package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.transforms.FloatPipeline;
import dev.lithe.transforms.Pass;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The work of a pass grows with the graph, not with its square: counted in nodes that are looked at.
class LinearWorkTest {
    private static final int OPERATORS = 5000;

    /// Another pass with a counter.
    private static final class Counting extends PatternPass {
        private final PatternPass pass;
        private int looked;

        Counting(PatternPass pass) {
            this.pass = pass;
        }

        @Override
        public String name() {
            return pass.name();
        }

        @Override
        @Nullable
        Change match(Node node, GraphView view) {
            looked++;
            return pass.match(node, view);
        }
    }

    private static void assertLinear(Model model) {
        Model current = model;
        for (Pass pass : FloatPipeline.standard().passes()) {
            if (pass instanceof PatternPass pattern) {
                Counting counting = new Counting(pattern);
                int size = current.main().nodes().size();
                current = counting.apply(current);
                assertThat(counting.looked).as(pass.name()).isLessThanOrEqualTo(4 * size + 4);
            } else {
                current = pass.apply(current);
            }
        }
    }

    @Test
    void aChainOfReshapes() {
        Graphs g = Graphs.input(1, 4);
        TensorId y = g.x();
        for (int i = 0; i < OPERATORS; i++) {
            y = g.reshape(y, "r" + i, i % 2 == 0 ? new int[] {4} : new int[] {1, 4});
        }
        assertLinear(g.outputs(y));
    }

    @Test
    void aChainOfTermsBehindADenseLayer() {
        Graphs g = Graphs.input(1, 4);
        TensorId y = g.dense(g.x(), "dense", 4, 4, 1, 4);
        for (int i = 0; i < OPERATORS; i++) {
            y = g.add(y, g.constant("c" + i, new int[] {4}, 1, 2, 3, 4), "a" + i, 1, 4);
        }
        assertLinear(g.outputs(y));
    }

    @Test
    void aChainOfIdentitiesAndActivations() {
        Graphs g = Graphs.input(1, 4);
        TensorId y = g.x();
        TensorId one = g.constant("one", new int[] {1}, 1);
        for (int i = 0; i < OPERATORS / 2; i++) {
            y = g.unary(BuiltinOperator.TANH, g.mul(y, one, "m" + i, 1, 4), "t" + i, 1, 4);
        }
        assertLinear(g.outputs(y));
    }
}
