package dev.lithe.operators.structure;

import dev.lithe.graph.Options;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.Resources;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CallOnceOptions;
import java.util.List;

/// CALL_ONCE: runs a subgraph without inputs in the first run of a context, and not again before its variables are
/// reset.
public record CallOnce(int subgraph) implements StructureOperator {
    public static final Definition<CallOnce> DEFINITION = Definition.of(CallOnce.class, BuiltinOperator.CALL_ONCE)
            .options(
                    node -> new CallOnce(node.options()
                            .as(CallOnceOptions.class, CallOnceOptions.DEFAULT)
                            .initSubgraphIndex()),
                    op -> Options.of(new CallOnceOptions(op.subgraph)))
            .inputs()
            .outputs()
            .shapes((op, c) -> List.of())
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.5.0")
            .reference((op, setup) -> prepare(op));

    private static Kernel prepare(CallOnce op) {
        return context -> {
            Resources resources = context.resources();
            if (!resources.isInitialized(op.subgraph)) {
                context.invoke(op.subgraph, new Tensor[0]);
                resources.markInitialized(op.subgraph);
            }
        };
    }
}
