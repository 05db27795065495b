package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.IfOptions;
import dev.lithe.schema.TensorType;

/// IF: runs one of two subgraphs on the inputs after the first, which decides.
public record If(int thenSubgraph, int elseSubgraph) implements StructureOperator {
    public static final Definition<If> DEFINITION = Definition.of(If.class, BuiltinOperator.IF)
            .options(
                    node -> of(node.options().as(IfOptions.class, IfOptions.DEFAULT)),
                    op -> Options.of(new IfOptions(op.thenSubgraph, op.elseSubgraph)))
            .inputs(
                    Operand.of("condition", TensorType.BOOL),
                    Operand.any("x").asOptional().asVariadic())
            .outputs(Operand.any("y").asOptional().asVariadic())
            .shapes((op, c) -> Subgraphs.shapes(c, 1, op.thenSubgraph, op.elseSubgraph))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.15.0")
            .reference(If::prepare);

    private static If of(IfOptions options) {
        return new If(options.thenSubgraphIndex(), options.elseSubgraphIndex());
    }

    private static Kernel prepare(If op, KernelSetup setup) {
        return context -> {
            int subgraph = Subgraphs.decision(context.input(0)) ? op.thenSubgraph : op.elseSubgraph;
            Tensor[] inputs = Subgraphs.inputs(context, 1, setup.inputCount());
            Subgraphs.deliver(context, setup, context.invoke(subgraph, inputs));
        };
    }
}
