package dev.lithe.operators.stablehlo;

import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StablehloReduceWindowOptions;
import java.util.List;

/// STABLEHLO_REDUCE_WINDOW: windows over a tensor that is spread out and padded with the first value, each reduced by
/// what a subgraph of one operator says.
public record StablehloReduceWindow(StablehloReduceWindowOptions options) implements StablehloOperator {
    public static final Definition<StablehloReduceWindow> DEFINITION = Definition.of(
                    StablehloReduceWindow.class, BuiltinOperator.STABLEHLO_REDUCE_WINDOW)
            .options(
                    node -> new StablehloReduceWindow(node.options()
                            .as(StablehloReduceWindowOptions.class, StablehloReduceWindowOptions.DEFAULT)),
                    op -> Options.of(op.options))
            .inputs(Operand.of("x", ReduceWindow.TYPES), Operand.of("init", ReduceWindow.TYPES))
            .outputs(Operand.of("y", ReduceWindow.TYPES))
            .shapes((op, c) -> List.of(op.windows(c.input(0)).output()))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.16.0")
            .reference(StablehloReduceWindow::prepare);

    private Windows windows(Shape input) {
        return Windows.of(
                input,
                options.windowDimensions().toArray(),
                options.windowStrides().toArray(),
                options.baseDilations().toArray(),
                options.windowDilations().toArray(),
                options.padding().toArray());
    }

    private Kernel prepare(KernelSetup setup) {
        Combination combination = combination(setup.operatorsOf(options.bodySubgraphIndex()));
        Combination.Step step = combination.of(Types.common(setup, 0, 1), "STABLEHLO_REDUCE_WINDOW");
        return context ->
                windows(context.input(0).shape()).reduce(context.input(0), context.input(1), context.output(0), step);
    }

    private static Combination combination(List<OperatorCode> body) {
        Combination combination = body.size() != 1
                ? null
                : switch (body.getFirst().builtin()) {
                    case ADD, STABLEHLO_ADD -> Combination.ADD;
                    case MUL, STABLEHLO_MULTIPLY -> Combination.MULTIPLY;
                    case MAXIMUM, STABLEHLO_MAXIMUM -> Combination.LARGEST;
                    case MINIMUM, STABLEHLO_MINIMUM -> Combination.SMALLEST;
                    case LOGICAL_AND, STABLEHLO_AND -> Combination.ALL;
                    case LOGICAL_OR, STABLEHLO_OR -> Combination.ANY;
                    default -> null;
                };
        if (combination == null) {
            throw new IllegalArgumentException("windows can be reduced by one operator that adds, multiplies, compares"
                    + " or takes truth values together, not by " + body);
        }
        return combination;
    }
}
