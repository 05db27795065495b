package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.StableHLOCompositeOptions;

/// STABLEHLO_COMPOSITE: a named operator that a delegate may know, together with the subgraph that computes it. That
/// subgraph is run here, whatever the name.
public record StablehloComposite(StableHLOCompositeOptions options) implements StructureOperator {
    public static final Definition<StablehloComposite> DEFINITION = Definition.of(
                    StablehloComposite.class, BuiltinOperator.STABLEHLO_COMPOSITE)
            .options(
                    node -> new StablehloComposite(
                            node.options().as(StableHLOCompositeOptions.class, StableHLOCompositeOptions.DEFAULT)),
                    op -> Options.of(op.options))
            .inputs(Operand.any("x").asOptional().asVariadic())
            .outputs(Operand.any("y").asVariadic())
            .shapes((op, c) -> Subgraphs.shapes(c, 0, op.options.decompositionSubgraphIndex()))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.17.0")
            .reference(StablehloComposite::prepare);

    private static Kernel prepare(StablehloComposite op, KernelSetup setup) {
        int subgraph = op.options.decompositionSubgraphIndex();
        return context -> {
            Tensor[] inputs = Subgraphs.inputs(context, 0, setup.inputCount());
            Subgraphs.deliver(context, setup, context.invoke(subgraph, inputs));
        };
    }
}
