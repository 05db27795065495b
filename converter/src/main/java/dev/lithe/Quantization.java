package dev.lithe;

import dev.lithe.quantizer.BiasType;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What a conversion does to the numbers of a model. Immutable: each method gives a changed copy.
///
///     Quantization.int8().integerOnly().inputType(TensorType.INT8).outputType(TensorType.INT8)
public record Quantization(Recipe recipe) {
    /// The model stays in float32.
    public static Quantization none() {
        return of(QuantizationMode.NONE);
    }

    /// 8-bit weights; activations are quantized at run time. Needs no data.
    public static Quantization dynamic() {
        return of(QuantizationMode.DYNAMIC);
    }

    /// Weights stored as float16. Needs no data.
    public static Quantization float16() {
        return of(QuantizationMode.FLOAT16);
    }

    /// 8-bit weights and activations; operators without an integer kernel stay in float32. Needs representative
    /// data or ranges.
    public static Quantization int8() {
        return of(QuantizationMode.INT8);
    }

    /// 8-bit weights, 16-bit activations; operators without such a kernel stay in float32. Needs representative
    /// data or ranges.
    public static Quantization int16x8() {
        return of(QuantizationMode.INT16X8);
    }

    /// The mode alone, all else by default.
    public static Quantization of(QuantizationMode mode) {
        return new Quantization(Recipe.of(mode));
    }

    /// No float fallback: the conversion fails, listing every operator without an integer kernel.
    public Quantization integerOnly() {
        return new Quantization(recipe.withIntegerOnly(true));
    }

    /// The type at the model's inputs: FLOAT32 (the default); INT8 or UINT8 with int8; INT16 with int16x8.
    /// Inputs that are integers by nature stay as they are.
    public Quantization inputType(TensorType type) {
        return new Quantization(recipe.withEdge(type, recipe.outputType()));
    }

    /// The type at the model's outputs, as [#inputType].
    public Quantization outputType(TensorType type) {
        return new Quantization(recipe.withEdge(recipe.inputType(), type));
    }

    /// One scale for a whole weight tensor in the place of one for each output channel.
    public Quantization perTensor() {
        return new Quantization(recipe.withPerChannel(false));
    }

    /// TensorFlow's own choices, bit for bit, also where ours are better.
    public Quantization compatTensorflow() {
        return new Quantization(recipe.withTensorflowCompatible(true));
    }

    /// The integer type of biases; for int16x8.
    public Quantization biasType(BiasType type) {
        return new Quantization(recipe.withBiasType(type));
    }

    /// Operators of this type stay in float.
    public Quantization excludeOp(BuiltinOperator operator) {
        Set<BuiltinOperator> operators = new LinkedHashSet<>(recipe.excludedOperators());
        operators.add(operator);
        return new Quantization(recipe.withExcluded(operators, recipe.excludedLayers()));
    }

    /// Operators with an output whose name `regex` finds stay in float.
    ///
    /// @throws java.util.regex.PatternSyntaxException where `regex` is no regular expression
    public Quantization excludeLayer(String regex) {
        List<Pattern> layers = new ArrayList<>(recipe.excludedLayers());
        layers.add(Pattern.compile(regex));
        return new Quantization(recipe.withExcluded(recipe.excludedOperators(), layers));
    }
}
