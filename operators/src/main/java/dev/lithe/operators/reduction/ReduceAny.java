package dev.lithe.operators.reduction;

import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// REDUCE_ANY: whether an element over dimensions is true; of nothing, none is.
public record ReduceAny(boolean keepDims) implements ReductionOperator {
    public static final Definition<ReduceAny> DEFINITION = Definition.of(ReduceAny.class, BuiltinOperator.REDUCE_ANY)
            .options(node -> new ReduceAny(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", TensorType.BOOL), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", TensorType.BOOL))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "1.11.0")
            .reference((op, setup) -> Quantifiers.kernel(op.keepDims, setup, false));
}
