package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Definition;
import dev.lithe.schema.BuiltinOperator;

/// STABLEHLO_ADD: the sum of two tensors.
public record StablehloAdd() implements StablehloOperator {
    public static final Definition<StablehloAdd> DEFINITION = Elementwise.define(
            StablehloAdd.class, BuiltinOperator.STABLEHLO_ADD, StablehloAdd::new, "2.16.0", Combination.ADD);
}
