package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MaximumMinimumOptions;
import org.junit.jupiter.api.Test;

class SpellOutBroadcastTest {
    private static Model quotients(int[] x, int[] other, int[] result) {
        Graphs g = Graphs.input(x);
        TensorId y = g.random("y", other);
        return g.outputs(g.node(BuiltinOperator.FLOOR_DIV, null, "quotient", result, g.x(), y));
    }

    @Test
    void moreDimensionsThanTheKernelTakes() {
        Model before = quotients(new int[] {2, 1, 2, 3, 1}, new int[] {2, 3, 4}, new int[] {2, 1, 2, 3, 4});

        assertThat(Graphs.operators(Graphs.apply(new SpellOutBroadcast(), before)))
                .containsExactly("BROADCAST_TO", "BROADCAST_TO", "FLOOR_DIV");
    }

    @Test
    void whatTheKernelTakesStays() {
        Graphs.assertUntouched(
                new SpellOutBroadcast(),
                quotients(new int[] {2, 2, 3, 1}, new int[] {2, 3, 4}, new int[] {2, 2, 3, 4}));
        Graphs.assertUntouched(
                new SpellOutBroadcast(),
                quotients(new int[] {1, 2, 2, 3, 4}, new int[] {1, 2, 2, 3, 4}, new int[] {1, 2, 2, 3, 4}));
    }

    @Test
    void eachOperatorHasItsOwnLimit() {
        Graphs g = Graphs.input(2, 2, 2, 3, 1);
        TensorId y = g.random("y", 4);
        TensorId maximum = g.node(
                BuiltinOperator.MAXIMUM, new MaximumMinimumOptions(), "max", new int[] {2, 2, 2, 3, 4}, g.x(), y);

        Graphs.assertUntouched(new SpellOutBroadcast(), g.outputs(maximum));
    }

    /// The size of the first dimension is only known at run time.
    @Test
    void unknownDimensionsAreComputed() {
        Model fixed = quotients(new int[] {1, 1, 2, 3, 1}, new int[] {2, 3, 4}, new int[] {1, 1, 2, 3, 4});
        GraphPatch patch = GraphPatch.on(fixed);
        TensorId x = fixed.main().inputs().getFirst();
        TensorId result = fixed.main().outputs().getFirst();
        patch.setTensor(fixed.main().tensor(x).withShape(Shape.of(-1, 1, 2, 3, 1)));
        patch.setTensor(fixed.main().tensor(result).withShape(Shape.of(-1, 1, 2, 3, 4)));

        assertThat(Graphs.operators(Graphs.apply(new SpellOutBroadcast(), patch.apply())))
                .containsExactly("SHAPE", "BROADCAST_ARGS", "BROADCAST_TO", "BROADCAST_TO", "FLOOR_DIV");
    }
}
