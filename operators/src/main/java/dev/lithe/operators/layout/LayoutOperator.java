package dev.lithe.operators.layout;

import dev.lithe.operators.Operator;

/// Operators that move values without computing on them.
public sealed interface LayoutOperator extends Operator
        permits Reshape,
                Squeeze,
                ExpandDims,
                Transpose,
                Pad,
                PadV2,
                Dilate,
                Concatenation,
                Slice,
                StridedSlice,
                Split,
                SplitV,
                Pack,
                Unpack {}
