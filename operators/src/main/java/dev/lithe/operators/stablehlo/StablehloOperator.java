package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Operator;

/// The operators of StableHLO that LiteRT's kernels run, and REDUCE_WINDOW, which shares its kernel with one of them.
/// (STABLEHLO_CASE and STABLEHLO_COMPOSITE run subgraphs and stand with the other operators that do.) LiteRT registers
/// none of the others: a file that holds them is refused there as here.
public sealed interface StablehloOperator extends Operator
        permits ReduceWindow,
                StablehloAdd,
                StablehloAnd,
                StablehloGather,
                StablehloMaximum,
                StablehloMinimum,
                StablehloMultiply,
                StablehloPad,
                StablehloReduceWindow,
                StablehloRngBitGenerator,
                StablehloScatter,
                StablehloShiftLeft {}
