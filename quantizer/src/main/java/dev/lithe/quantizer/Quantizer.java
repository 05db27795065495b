package dev.lithe.quantizer;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.GraphValidator;
import dev.lithe.graph.Location;
import dev.lithe.graph.Model;
import dev.lithe.graph.QuantizationException;
import dev.lithe.graph.TensorKey;
import dev.lithe.quantizer.internal.DynamicRange;
import dev.lithe.quantizer.internal.FiniteConstants;
import dev.lithe.quantizer.internal.Float16;
import dev.lithe.quantizer.internal.IntegerPlanner;
import dev.lithe.quantizer.internal.IntegerRewriter;
import dev.lithe.quantizer.internal.Unquantized;
import java.util.Set;

/// Turns a float model, a recipe and the ranges of its activations into a quantized model, in two steps: a
/// plan that can be looked at, and its application.
public final class Quantizer {
    private Quantizer() {}

    /// The tensors whose range a plan needs; empty where the mode needs none. Everything that can fail without
    /// the ranges fails here, before they are measured.
    ///
    /// @throws QuantizationException where the recipe contradicts itself or cannot be met, listing every
    ///     operator that stands in the way
    public static Set<TensorKey> requires(Model model, Recipe recipe) {
        checkRecipe(recipe);
        return recipe.mode().needsRanges() ? new IntegerPlanner(model, recipe).requiredRanges() : Set.of();
    }

    /// Decides what becomes of every operator and tensor.
    ///
    /// @param ranges ignored by modes that need none
    /// @throws QuantizationException where the recipe contradicts itself or cannot be met, listing every
    ///     operator that stands in the way
    public static QuantizationPlan plan(Model model, Recipe recipe, CalibrationTable ranges) {
        checkRecipe(recipe);
        QuantizationPlan plan = switch (recipe.mode()) {
            case NONE -> Unquantized.plan(model, recipe);
            case DYNAMIC -> DynamicRange.plan(model, recipe);
            case FLOAT16 -> Float16.plan(model, recipe);
            case INT8, INT16X8 -> new IntegerPlanner(model, recipe).plan(ranges);
        };
        FiniteConstants.check(plan);
        return plan;
    }

    /// Carries a plan out.
    public static Model apply(QuantizationPlan plan) {
        Model quantized = switch (plan.recipe().mode()) {
            case NONE -> plan.model();
            case DYNAMIC -> DynamicRange.apply(plan);
            case FLOAT16 -> Float16.apply(plan);
            case INT8, INT16X8 -> IntegerRewriter.apply(plan);
        };
        return GraphValidator.validate(quantized);
    }

    private static void checkRecipe(Recipe recipe) {
        if (!recipe.contradictions().isEmpty()) {
            throw new QuantizationException(
                    "LQ0401",
                    Location.NOWHERE,
                    String.join("; ", recipe.contradictions()),
                    "choose options that go together (see `lithe convert --help`).");
        }
    }
}
