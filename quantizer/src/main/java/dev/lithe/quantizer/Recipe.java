package dev.lithe.quantizer;

import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What the user asked for.
///
/// @param integerOnly no float fallback: planning fails, listing every operator without an integer kernel
/// @param inputType the type at the model's inputs: FLOAT32, or INT8, UINT8 (with INT8), INT16 (with INT16X8)
/// @param outputType the type at the model's outputs
/// @param perChannel one weight scale per output channel, where the kernels know that
/// @param tensorflowCompatible TensorFlow's own choices, bit for bit, also where ours are better
/// @param excludedOperators operator types that stay in float
/// @param excludedLayers operators with an output whose name one of these finds stay in float
public record Recipe(
        QuantizationMode mode,
        boolean integerOnly,
        TensorType inputType,
        TensorType outputType,
        boolean perChannel,
        boolean tensorflowCompatible,
        BiasType biasType,
        Set<BuiltinOperator> excludedOperators,
        List<Pattern> excludedLayers) {
    public Recipe {
        excludedOperators = Set.copyOf(excludedOperators);
        excludedLayers = List.copyOf(excludedLayers);
    }

    public static Recipe of(QuantizationMode mode) {
        return new Recipe(
                mode, false, TensorType.FLOAT32, TensorType.FLOAT32, true, false, BiasType.AUTO, Set.of(), List.of());
    }

    public Recipe withIntegerOnly(boolean value) {
        return new Recipe(
                mode,
                value,
                inputType,
                outputType,
                perChannel,
                tensorflowCompatible,
                biasType,
                excludedOperators,
                excludedLayers);
    }

    public Recipe withEdge(TensorType input, TensorType output) {
        return new Recipe(
                mode,
                integerOnly,
                input,
                output,
                perChannel,
                tensorflowCompatible,
                biasType,
                excludedOperators,
                excludedLayers);
    }

    public Recipe withPerChannel(boolean value) {
        return new Recipe(
                mode,
                integerOnly,
                inputType,
                outputType,
                value,
                tensorflowCompatible,
                biasType,
                excludedOperators,
                excludedLayers);
    }

    public Recipe withTensorflowCompatible(boolean value) {
        return new Recipe(
                mode,
                integerOnly,
                inputType,
                outputType,
                perChannel,
                value,
                biasType,
                excludedOperators,
                excludedLayers);
    }

    public Recipe withBiasType(BiasType value) {
        return new Recipe(
                mode,
                integerOnly,
                inputType,
                outputType,
                perChannel,
                tensorflowCompatible,
                value,
                excludedOperators,
                excludedLayers);
    }

    public Recipe withExcluded(Set<BuiltinOperator> operators, List<Pattern> layers) {
        return new Recipe(
                mode,
                integerOnly,
                inputType,
                outputType,
                perChannel,
                tensorflowCompatible,
                biasType,
                operators,
                layers);
    }

    /// What contradicts itself in this recipe, one sentence each; empty where nothing does.
    public List<String> contradictions() {
        List<String> found = new ArrayList<>();
        checkEdge("input type", inputType, found);
        checkEdge("output type", outputType, found);
        if (integerOnly && !mode.needsRanges()) {
            found.add("integer only needs the mode int8 or int16x8, not " + mode.word());
        }
        if (biasType != BiasType.AUTO && mode != QuantizationMode.INT16X8) {
            found.add("a bias type can be chosen with int16x8 only");
        }
        return found;
    }

    private void checkEdge(String what, TensorType type, List<String> found) {
        boolean fits = type == TensorType.FLOAT32
                || switch (mode) {
                    case INT8 -> type == TensorType.INT8 || type == TensorType.UINT8;
                    case INT16X8 -> type == TensorType.INT16;
                    case NONE, DYNAMIC, FLOAT16 -> false;
                };
        if (!fits) {
            found.add(what + " " + type.name().toLowerCase(Locale.ROOT) + " does not go with the mode " + mode.word()
                    + ": int8 takes float32, int8, uint8; int16x8 takes float32, int16; others float32");
        }
    }
}
