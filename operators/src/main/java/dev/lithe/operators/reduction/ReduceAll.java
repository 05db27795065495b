package dev.lithe.operators.reduction;

import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// REDUCE_ALL: whether all elements over dimensions are true; of nothing, all are.
public record ReduceAll(boolean keepDims) implements ReductionOperator {
    public static final Definition<ReduceAll> DEFINITION = Definition.of(ReduceAll.class, BuiltinOperator.REDUCE_ALL)
            .options(node -> new ReduceAll(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", TensorType.BOOL), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.6.0")
            .reference((op, setup) -> Quantifiers.kernel(op.keepDims, setup, true));
}
