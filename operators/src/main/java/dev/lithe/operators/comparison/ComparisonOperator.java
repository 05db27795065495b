package dev.lithe.operators.comparison;

import dev.lithe.operators.Operator;

/// Comparisons and logic, and what acts on their results: selection, indices, broadcasting to a shape.
public sealed interface ComparisonOperator extends Operator
        permits Equal,
                NotEqual,
                Less,
                LessEqual,
                Greater,
                GreaterEqual,
                LogicalAnd,
                LogicalOr,
                LogicalNot,
                BitwiseXor,
                RightShift,
                Select,
                SelectV2,
                Where,
                BroadcastTo,
                BroadcastArgs {}
