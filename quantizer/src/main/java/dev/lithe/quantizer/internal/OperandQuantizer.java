package dev.lithe.quantizer.internal;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.WeightMath.WeightRounding;
import dev.lithe.quantizer.BiasType;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Quantizes the constants that an integer operator reads: weights, bias, and constants in the place of activations.
final class OperandQuantizer {
    /// Largest magnitude of a 16-bit activation.
    private static final long INT16_LIMIT = 1L << 15;

    private final Recipe recipe;
    private final ConstantStore store;
    private final Map<TensorId, TensorId> firstBias = new HashMap<>();

    OperandQuantizer(Recipe recipe, ConstantStore store) {
        this.recipe = recipe;
        this.store = store;
    }

    List<Integer> activationPositions(NodeView view) {
        QuantizationRule rule = RangePropagation.rule(view.node());
        return Graphs.activationInputs(view, rule.weight(), rule.bias());
    }

    /// A constant operand such as the second input of ADD; in `wanted`, or in the parameters of its own range.
    TensorId constantActivation(TensorSpec constant, TensorType type, @Nullable QuantizationParameters wanted) {
        QuantizationParameters parameters = wanted != null ? wanted : ownRange(Graphs.floats(constant), type);
        if (type == TensorType.INT8) {
            return store.twin(constant, type, parameters, v -> QuantizationMath.quantizeConstantInt8(v, parameters));
        }
        return store.twin(
                constant,
                type,
                parameters,
                v -> Encoding.of(QuantizationMath.quantizeConstantInt16(v, parameters.scale())));
    }

    private static QuantizationParameters ownRange(float[] values, TensorType type) {
        if (type == TensorType.INT8) {
            return QuantizationMath.constantInt8(values);
        }
        float bound = 0;
        for (float value : values) {
            bound = Math.max(bound, Math.abs(value));
        }
        return QuantizationMath.activationInt16(-bound, bound);
    }

    /// Puts quantized weights and bias into `inputs` and gives the node's options, which for 16-bit
    /// activations name the type of the bias.
    Options quantizeWeights(NodeView view, List<TensorId> inputs, ToDoubleFunction<TensorId> scaleOf) {
        QuantizationRule rule = RangePropagation.rule(view.node());
        if (rule.weight() < 0) {
            Options options = view.node().options();
            return isWide() ? generalScales(options) : options;
        }
        TensorSpec weights = view.input(rule.weight());
        TensorSpec bias = rule.bias() >= 0 && view.hasInput(rule.bias()) ? view.input(rule.bias()) : null;
        float[] values = Graphs.floats(weights);
        WeightScaling scaling = scaling(rule, weights, values, recipe);
        float inputScale = (float)
                scaleOf.applyAsDouble(inputs.get(activationPositions(view).getFirst()));
        if (bias != null) {
            scaling = scaling.fitting(inputScale, Graphs.floats(bias), isWide());
        }
        inputs.set(rule.weight(), store.twin(weights, TensorType.INT8, scaling.parameters(), scaling::encode));
        TensorType biasType = biasType(view, scaling, values, bias, inputScale);
        if (bias != null) {
            inputs.set(rule.bias(), quantizeBias(bias, biasType, scaling, inputScale));
        }
        return isWide() ? withBiasType(view, biasType) : view.node().options();
    }

    private boolean isWide() {
        return recipe.mode() == QuantizationMode.INT16X8;
    }

    static WeightScaling scaling(QuantizationRule rule, TensorSpec weights, float[] values, Recipe recipe) {
        int dimension = recipe.perChannel() ? rule.channelDimension() : -1;
        WeightRounding rounding = switch (recipe.mode()) {
            case DYNAMIC -> WeightRounding.BY_EXACT_SCALE;
            case INT16X8 -> WeightRounding.BY_INVERSE_RANGE;
            default -> dimension < 0 ? WeightRounding.BY_INVERSE_RANGE : WeightRounding.BY_INVERSE_SCALE;
        };
        return WeightScaling.of(weights, values, dimension, rounding);
    }

    private TensorId quantizeBias(TensorSpec bias, TensorType type, WeightScaling scaling, float inputScale) {
        // TensorFlow's 16x8 quantizer quantizes a shared bias once, with the scale of its first reader.
        TensorId shared = firstBias.get(bias.id());
        if (shared != null && isWide() && recipe.tensorflowCompatible()) {
            return shared;
        }
        float[] scales = scaling.biasScales(inputScale);
        QuantizationParameters parameters = scales.length == 1
                ? QuantizationParameters.perTensor(scales[0], 0)
                : QuantizationParameters.perChannel(scales, 0);
        TensorId twin = store.twin(
                bias,
                type,
                parameters,
                type == TensorType.INT64
                        ? v -> Encoding.of(QuantizationMath.biasInt64(v, scales))
                        : v -> Encoding.of(QuantizationMath.biasInt32(v, scales)));
        firstBias.putIfAbsent(bias.id(), twin);
        return twin;
    }

    private TensorType biasType(
            NodeView view, WeightScaling scaling, float[] weights, @Nullable TensorSpec bias, float inputScale) {
        if (!isWide()) {
            return TensorType.INT32;
        }
        if (recipe.biasType() != BiasType.AUTO) {
            return recipe.biasType() == BiasType.INT32 ? TensorType.INT32 : TensorType.INT64;
        }
        boolean kernel = view.node().code().builtin() == BuiltinOperator.CONV_2D
                || view.node().code().builtin() == BuiltinOperator.FULLY_CONNECTED;
        if (recipe.tensorflowCompatible() || !kernel || bias == null) {
            return TensorType.INT64;
        }
        return fitsInt32(scaling.encode(weights), Graphs.floats(bias), scaling.scales(), inputScale)
                ? TensorType.INT32
                : TensorType.INT64;
    }

    /// Whether no 16-bit input can take an accumulator out of 32 bits: per output channel (dimension 0 of the weights),
    /// the weights' magnitudes times 2^15 plus the bias.
    private static boolean fitsInt32(byte[] stored, float[] bias, float[] scales, float inputScale) {
        int perChannel = stored.length / bias.length;
        for (int c = 0; c < bias.length; c++) {
            long magnitude = 0;
            for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
                magnitude += Math.abs(stored[i]);
            }
            float scale = scales[scales.length == 1 ? 0 : c];
            double steps = Math.abs(bias[c] / ((double) inputScale * scale)) + 1;
            if (magnitude * INT16_LIMIT + steps > Integer.MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    /// The options of ADD and SUB with 16-bit activations: scales are general, not powers of two.
    static Options generalScales(Options options) {
        return switch (options.builtin()) {
            case AddOptions add -> Options.of(add.withPotScaleInt16(false));
            case SubOptions sub -> Options.of(sub.withPotScaleInt16(false));
            case null, default -> options;
        };
    }

    private static Options withBiasType(NodeView view, TensorType biasType) {
        Options options = view.node().options();
        return switch (view.node().code().builtin()) {
            case CONV_2D ->
                Options.of(
                        options.as(Conv2DOptions.class, Conv2DOptions.DEFAULT).withQuantizedBiasType(biasType));
            case FULLY_CONNECTED ->
                Options.of(options.as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                        .withQuantizedBiasType(biasType));
            default -> options;
        };
    }
}
