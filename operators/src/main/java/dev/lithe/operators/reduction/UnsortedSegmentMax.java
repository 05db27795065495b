package dev.lithe.operators.reduction;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.UnsortedSegmentMaxOptions;

/// UNSORTED_SEGMENT_MAX: the largest elements of slices that have the same id, in any order; slices with a
/// negative id are left out. Of ids that nothing has it is the type's smallest number.
public record UnsortedSegmentMax() implements ReductionOperator {
    public static final Definition<UnsortedSegmentMax> DEFINITION = Definition.of(
                    UnsortedSegmentMax.class, BuiltinOperator.UNSORTED_SEGMENT_MAX)
            .options(node -> new UnsortedSegmentMax(), op -> Options.of(UnsortedSegmentMaxOptions.DEFAULT))
            .inputs(
                    Operand.of("x", Segments.TYPES),
                    Operand.of("ids", TensorType.INT32),
                    Operand.of("count", TensorType.INT32))
            .outputs(Operand.of("y", Segments.TYPES))
            .shapes((op, c) -> Segments.infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.10.0")
            .reference((op, setup) -> Segments.unsorted(setup, Segments.MAX));
}
