package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Ints;
import dev.lithe.schema.StablehloCaseOptions;
import dev.lithe.schema.TensorType;

/// STABLEHLO_CASE: runs the subgraph that the first input names by its place among the branches, on the other inputs.
/// A place that there is not stands for the last.
public record StablehloCase(Ints branches) implements StructureOperator {
    public static final Definition<StablehloCase> DEFINITION = Definition.of(
                    StablehloCase.class, BuiltinOperator.STABLEHLO_CASE)
            .options(
                    node -> new StablehloCase(node.options()
                            .as(StablehloCaseOptions.class, StablehloCaseOptions.DEFAULT)
                            .branchSubgraphIndices()),
                    op -> Options.of(new StablehloCaseOptions(op.branches)))
            .inputs(
                    Operand.of("index", TensorType.INT32),
                    Operand.any("x").asOptional().asVariadic())
            .outputs(Operand.any("y").asOptional().asVariadic())
            .shapes((op, c) -> Subgraphs.shapes(c, 1, op.branches.toArray()))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.17.0")
            .reference(StablehloCase::prepare);

    private Kernel prepare(KernelSetup setup) {
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("there is no branch");
        }
        return context -> {
            Tensor index = context.input(0);
            if (index.elementCount() != 1) {
                throw new IllegalArgumentException("the index is " + index + ", not one number");
            }
            int last = branches.size() - 1;
            int chosen = index.ints()[0];
            int branch = branches.get(chosen < 0 || chosen > last ? last : chosen);
            Tensor[] inputs = Subgraphs.inputs(context, 1, setup.inputCount());
            Subgraphs.deliver(context, setup, context.invoke(branch, inputs));
        };
    }
}
