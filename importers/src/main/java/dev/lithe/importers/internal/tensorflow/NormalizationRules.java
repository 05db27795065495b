package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Batch normalization at inference: `y = x * k + (offset - mean * k)` with `k = scale *
/// rsqrt(variance + epsilon)`, computed in single precision in this order.
final class NormalizationRules {
    private NormalizationRules() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "FusedBatchNorm", NormalizationRules::fused,
                "FusedBatchNormV2", NormalizationRules::fused,
                "FusedBatchNormV3", NormalizationRules::fused);
    }

    private static List<Value> fused(Call call) {
        call.requireChannelsLast();
        if (call.attributes().flag("is_training", true)) {
            throw new NotLowerable("it normalizes by the batch, as in training; export the model for inference");
        }
        float[] scale = floats(call, 1, "scale");
        float[] offset = floats(call, 2, "offset");
        float[] mean = floats(call, 3, "mean");
        float[] variance = floats(call, 4, "variance");
        float epsilon = call.attributes().real("epsilon", 1e-4f);
        if (offset.length != scale.length || mean.length != scale.length || variance.length != scale.length) {
            throw new NotLowerable("scale, offset, mean and variance differ in length");
        }
        float[] factor = new float[scale.length];
        float[] shift = new float[scale.length];
        for (int i = 0; i < factor.length; i++) {
            float deviation = ArithmeticFolds.RSQRT.floats().apply(variance[i] + epsilon, 0);
            factor[i] = scale[i] * deviation;
            shift[i] = offset[i] - mean[i] * factor[i];
        }
        Value scaled = call.emit(
                        BuiltinOperator.MUL,
                        new MulOptions(ActivationFunctionType.NONE),
                        call.input(0),
                        vector(call, factor))
                .getFirst();
        Value y = call.emit(
                        BuiltinOperator.ADD,
                        new AddOptions(ActivationFunctionType.NONE, true),
                        scaled,
                        vector(call, shift))
                .getFirst();
        return List.of(y, Value.MISSING, Value.MISSING, Value.MISSING, Value.MISSING, Value.MISSING);
    }

    private static float[] floats(Call call, int index, String what) {
        Value.Known known = call.known(index, what);
        if (known.type() != TensorType.FLOAT32) {
            throw new NotLowerable("its " + what + " is " + known.type() + ", FLOAT32 is needed");
        }
        return known.tensor().floats();
    }

    private static Value.Known vector(Call call, float[] values) {
        return Value.Known.of(call.name(), Tensor.of(Shape.of(values.length), values));
    }
}
