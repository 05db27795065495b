package dev.lithe.operators.reduction;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.UnsortedSegmentMinOptions;

/// UNSORTED_SEGMENT_MIN: the smallest elements of slices that have the same id, in any order; slices with a
/// negative id are left out. Of ids that nothing has it is the type's largest number.
public record UnsortedSegmentMin() implements ReductionOperator {
    public static final Definition<UnsortedSegmentMin> DEFINITION = Definition.of(
                    UnsortedSegmentMin.class, BuiltinOperator.UNSORTED_SEGMENT_MIN)
            .options(node -> new UnsortedSegmentMin(), op -> Options.of(UnsortedSegmentMinOptions.DEFAULT))
            .inputs(
                    Operand.of("x", Segments.TYPES),
                    Operand.of("ids", TensorType.INT32),
                    Operand.of("count", TensorType.INT32))
            .outputs(Operand.of("y", Segments.TYPES))
            .shapes((op, c) -> Segments.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.11.0")
            .reference((op, setup) -> Segments.unsorted(setup, Segments.MIN));
}
