package dev.lithe.operators.reduction;

import dev.lithe.operators.Operator;

/// Operators that leave fewer elements than they were given: dimensions folded into one value each, the place of a
/// dimension's extreme, its largest elements, or the sums (and the like) of segments.
public sealed interface ReductionOperator extends Operator
        permits Mean,
                Sum,
                ReduceMax,
                ReduceMin,
                ReduceProd,
                ReduceAny,
                ReduceAll,
                ArgMax,
                ArgMin,
                TopKV2,
                SegmentSum,
                UnsortedSegmentSum,
                UnsortedSegmentProd,
                UnsortedSegmentMax,
                UnsortedSegmentMin {}
