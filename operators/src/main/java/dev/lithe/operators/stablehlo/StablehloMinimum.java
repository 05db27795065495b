package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Definition;
import dev.lithe.schema.BuiltinOperator;

/// STABLEHLO_MINIMUM: the smaller of two elements.
public record StablehloMinimum() implements StablehloOperator {
    public static final Definition<StablehloMinimum> DEFINITION = Elementwise.define(
            StablehloMinimum.class,
            BuiltinOperator.STABLEHLO_MINIMUM,
            StablehloMinimum::new,
            "2.16.0",
            Combination.MINIMUM);
}
