package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Definition;
import dev.lithe.schema.BuiltinOperator;

/// STABLEHLO_AND: the bits that two tensors of whole numbers have in common.
public record StablehloAnd() implements StablehloOperator {
    public static final Definition<StablehloAnd> DEFINITION = Elementwise.define(
            StablehloAnd.class, BuiltinOperator.STABLEHLO_AND, StablehloAnd::new, "2.17.0", Combination.AND);
}
