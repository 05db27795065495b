package dev.lithe.operators.reduction;

import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// REDUCE_MIN: the smallest element over dimensions. Input and output share their quantization.
public record ReduceMin(boolean keepDims) implements ReductionOperator {
    public static final Definition<ReduceMin> DEFINITION = Definition.of(ReduceMin.class, BuiltinOperator.REDUCE_MIN)
            .options(node -> new ReduceMin(Reduction.keepDims(node)), op -> Reduction.options(op.keepDims))
            .inputs(Operand.of("x", Extremes.TYPES), Operand.of("axes", TensorType.INT32))
            .outputs(Operand.of("y", Extremes.TYPES))
            .shapes((op, c) -> Reduction.infer(op.keepDims, c))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> TypeVersion.of(node.input(0).type(), TensorType.INT16, 3, TensorType.INT8, 2))
            .runtime(1, "1.11.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.5.0")
            .reference((op, setup) -> Extremes.kernel(op.keepDims, setup, false));
}
