package dev.lithe.operators.stablehlo;

import dev.lithe.operators.Definition;
import dev.lithe.schema.BuiltinOperator;

/// STABLEHLO_MAXIMUM: the larger of two elements.
public record StablehloMaximum() implements StablehloOperator {
    public static final Definition<StablehloMaximum> DEFINITION = Elementwise.define(
            StablehloMaximum.class,
            BuiltinOperator.STABLEHLO_MAXIMUM,
            StablehloMaximum::new,
            "2.16.0",
            Combination.MAXIMUM);
}
