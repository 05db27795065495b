package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Definition;
import dev.lithe.schema.BuiltinOperator;

/// STABLEHLO_MULTIPLY: the product of two tensors, element by element.
public record StablehloMultiply() implements StablehloOperator {
    public static final Definition<StablehloMultiply> DEFINITION = Elementwise.define(
            StablehloMultiply.class,
            BuiltinOperator.STABLEHLO_MULTIPLY,
            StablehloMultiply::new,
            "2.16.0",
            Combination.MULTIPLY);
}
