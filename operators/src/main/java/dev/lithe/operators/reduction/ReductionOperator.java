package dev.lithe.operators.reduction;

import dev.lithe.operators.Operator;

/// Operators that fold the dimensions named by their second input into one value each.
public sealed interface ReductionOperator extends Operator permits Mean, Sum, ReduceMax, ReduceMin {
    /// Whether the folded dimensions stay, with size 1.
    boolean keepDims();
}
