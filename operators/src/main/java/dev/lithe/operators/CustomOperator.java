package dev.lithe.operators;

import dev.lithe.graph.Options;
import dev.lithe.operators.custom.CustomKernels;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;

/// A custom operator that can be run. Which one it is stands in the node's code; other custom operators are
/// [UnknownOperator]s.
public record CustomOperator(String name, Bytes options, CustomKernel kernel) implements Operator {
    /// Of all custom operators; the registry of builtin ones does not list it.
    public static final Definition<CustomOperator> DEFINITION = Definition.of(
                    CustomOperator.class, BuiltinOperator.CUSTOM)
            .options(
                    node -> new CustomOperator(
                            node.code().customName(),
                            node.options().custom(),
                            CustomKernels.find(node.code().customName()).orElseThrow()),
                    op -> Options.custom(op.options))
            .inputs(Operand.any("x").asOptional().asVariadic())
            .outputs(Operand.any("y").asOptional().asVariadic())
            .shapes((op, c) -> op.kernel.shapes(op.options, c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, view) -> view.node().code().version())
            .reference((op, setup) -> op.kernel.prepare(op.options, setup));
}
