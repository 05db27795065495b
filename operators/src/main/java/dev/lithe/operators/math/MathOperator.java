package dev.lithe.operators.math;

import dev.lithe.operators.Operator;

/// Mathematical functions, element by element or along one dimension.
public sealed interface MathOperator extends Operator
        permits Abs,
                Neg,
                Sign,
                Sin,
                Cos,
                Atan2,
                Exp,
                Log,
                Pow,
                Sqrt,
                Rsqrt,
                Square,
                Floor,
                Ceil,
                Round,
                FloorDiv,
                FloorMod,
                Elu,
                Gelu,
                Prelu,
                LogSoftmax,
                L2Normalization,
                LocalResponseNormalization,
                Cumsum,
                AddN,
                Bucketize,
                ZerosLike {}
