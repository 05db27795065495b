package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.WhileOptions;

/// WHILE: as long as the condition's subgraph says so, the body's outputs become the inputs of the next round. Shapes
/// may change from round to round; without a round the outputs are the inputs.
public record While(int conditionSubgraph, int bodySubgraph) implements StructureOperator {
    public static final Definition<While> DEFINITION = Definition.of(While.class, BuiltinOperator.WHILE)
            .options(
                    node -> of(node.options().as(WhileOptions.class, WhileOptions.DEFAULT)),
                    op -> Options.of(new WhileOptions(op.conditionSubgraph, op.bodySubgraph)))
            .inputs(Operand.any("x").asVariadic())
            .outputs(Operand.any("y").asVariadic())
            .shapes((op, c) -> Subgraphs.loop(c, op.bodySubgraph))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.15.0")
            .reference(While::prepare);

    private static While of(WhileOptions options) {
        return new While(options.condSubgraphIndex(), options.bodySubgraphIndex());
    }

    private static Kernel prepare(While op, KernelSetup setup) {
        return context -> {
            Tensor[] values = Subgraphs.inputs(context, 0, setup.inputCount());
            while (op.goesOn(context, values)) {
                values = context.invoke(op.bodySubgraph, values);
            }
            Subgraphs.deliver(context, setup, values);
        };
    }

    private boolean goesOn(KernelContext context, Tensor[] values) {
        Tensor[] results = context.invoke(conditionSubgraph, values);
        if (results.length != 1) {
            throw new IllegalArgumentException("the condition has " + results.length + " outputs instead of 1");
        }
        return Subgraphs.decision(results[0]);
    }
}
