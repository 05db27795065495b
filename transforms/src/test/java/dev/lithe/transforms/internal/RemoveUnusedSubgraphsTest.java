package dev.lithe.transforms.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Model;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CallOnceOptions;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.TensorType;
import dev.lithe.testkit.ModelBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What no operator runs and no signature enters goes, and the others are counted anew.
class RemoveUnusedSubgraphsTest {
    private final ModelBuilder builder = new ModelBuilder();

    /// Runs one of two subgraphs, by the sign of the sum of x.
    private void choice(int positive, int negative) {
        TensorId x = builder.floats("x", 1, 4);
        TensorId sum = builder.floats("sum");
        TensorId axes = builder.constant("axes", Tensor.of(Shape.of(2), new int[] {0, 1}));
        builder.node(BuiltinOperator.SUM, new ReducerOptions(false), List.of(x, axes), sum);
        TensorId zero = builder.constant("zero", Tensor.of(Shape.SCALAR, new float[1]));
        TensorId test = builder.tensor("test", TensorType.BOOL, Shape.SCALAR);
        builder.node(BuiltinOperator.GREATER, null, List.of(sum, zero), test);
        TensorId y = builder.floats("y", 1, 4);
        builder.node(BuiltinOperator.IF, new IfOptions(positive, negative), List.of(test, x), y);
        builder.subgraph("main", List.of(x), y);
    }

    private void branch(BuiltinOperator code) {
        TensorId x = builder.floats("x", 1, 4);
        TensorId y = builder.floats("y", 1, 4);
        builder.node(code, null, List.of(x), y).subgraph(code.name(), List.of(x), y);
    }

    private Model model() {
        return GraphValidator.validate(builder.build());
    }

    private static List<String> names(Model model) {
        return model.subgraphs().stream().map(Subgraph::name).toList();
    }

    private static IfOptions options(Model model) {
        return Graphs.only(model, BuiltinOperator.IF).options().as(IfOptions.class, IfOptions.DEFAULT);
    }

    @Test
    void othersAreCountedAnew() {
        choice(4, 2);
        branch(BuiltinOperator.ABS);
        branch(BuiltinOperator.NEG);
        branch(BuiltinOperator.SQRT);
        branch(BuiltinOperator.TANH);
        Model after = Graphs.apply(new RemoveUnusedSubgraphs(), model());
        assertThat(names(after)).containsExactly("main", "NEG", "TANH");
        assertThat(options(after)).isEqualTo(new IfOptions(2, 1));
    }

    /// A subgraph that only an unused one runs is unused itself.
    @Test
    void whatOnlyUnusedOnesRunGoes() {
        branch(BuiltinOperator.TANH);
        choice(2, 3);
        branch(BuiltinOperator.ABS);
        branch(BuiltinOperator.NEG);
        assertThat(names(Graphs.apply(new RemoveUnusedSubgraphs(), model()))).containsExactly("TANH");
    }

    @Test
    void whatRunsInsideOfASubgraphStays() {
        choice(1, 4);
        choice(3, 3);
        branch(BuiltinOperator.SQRT);
        branch(BuiltinOperator.ABS);
        branch(BuiltinOperator.NEG);
        Model after = Graphs.apply(new RemoveUnusedSubgraphs(), model());
        assertThat(names(after)).containsExactly("main", "main", "ABS", "NEG");
        assertThat(options(after)).isEqualTo(new IfOptions(1, 3));
    }

    @Test
    void subgraphsOfSignaturesStay() {
        branch(BuiltinOperator.TANH);
        branch(BuiltinOperator.ABS);
        TensorId x = builder.floats("x", 1, 4);
        TensorId y = builder.floats("y", 1, 4);
        builder.node(BuiltinOperator.NEG, null, List.of(x), y).subgraph("second", List.of(x), y);
        builder.signature("negate", Map.of("x", x), Map.of("y", y));
        Model after = Graphs.apply(new RemoveUnusedSubgraphs(), model());
        assertThat(names(after)).containsExactly("TANH", "second");
        assertThat(after.signatures().getFirst().subgraph()).isEqualTo(1);
    }

    @Test
    void whatIsCalledOnceStays() {
        TensorId x = builder.floats("x", 1, 4);
        TensorId y = builder.floats("y", 1, 4);
        builder.node(BuiltinOperator.CALL_ONCE, new CallOnceOptions(2), List.of())
                .node(BuiltinOperator.TANH, null, List.of(x), y)
                .subgraph("main", List.of(x), y);
        branch(BuiltinOperator.ABS);
        branch(BuiltinOperator.NEG);
        Model after = new RemoveUnusedSubgraphs().apply(builder.build());
        assertThat(names(after)).containsExactly("main", "NEG");
        assertThat(Graphs.only(after, BuiltinOperator.CALL_ONCE)
                        .options()
                        .as(CallOnceOptions.class, CallOnceOptions.DEFAULT)
                        .initSubgraphIndex())
                .isEqualTo(1);
    }

    @Test
    void whereAllAreUsedNothingHappens() {
        choice(1, 2);
        branch(BuiltinOperator.ABS);
        branch(BuiltinOperator.NEG);
        Graphs.assertUntouched(new RemoveUnusedSubgraphs(), model());
    }

    /// Such an operator may name a subgraph.
    @Test
    void operatorsThatAreNotReadKeepEverything() {
        TensorId x = builder.floats("x", 1, 4);
        TensorId y = builder.floats("y", 1, 4);
        builder.node(BuiltinOperator.STABLEHLO_COMPOSITE, null, List.of(x), y).subgraph("main", List.of(x), y);
        branch(BuiltinOperator.ABS);
        Graphs.assertUntouched(new RemoveUnusedSubgraphs(), builder.build());
    }
}
