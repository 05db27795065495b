package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ReducerOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Batch normalization at inference: `y = x * k + (offset - mean * k)` with `k = scale *
/// rsqrt(variance + epsilon)`, computed in single precision in this order. In training mode mean and
/// variance are those of the batch.
final class NormalizationRules {
    private NormalizationRules() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "FusedBatchNorm", NormalizationRules::fused,
                "FusedBatchNormV2", NormalizationRules::fused,
                "FusedBatchNormV3", NormalizationRules::fused,
                "BatchNormWithGlobalNormalization", NormalizationRules::global);
    }

    /// The five parts of the formula.
    private record Parts(Value x, Value scale, Value offset, Value mean, Value variance, float epsilon) {}

    private static List<Value> fused(Call call) {
        Layout layout =
                Layout.of(call, call.attributes().text("data_format", "NHWC").length());
        Value x = call.cast(layout.enter(call, call.input(0)), TensorType.FLOAT32);
        float epsilon = call.attributes().real("epsilon", 1e-4f);
        boolean training = call.attributes().flag("is_training", true);
        if (!training) {
            Parts parts = new Parts(x, call.input(1), call.input(2), call.input(3), call.input(4), epsilon);
            Value y = call.cast(normalized(call, parts), call.type(0));
            List<Value> results = List.of(y, call.input(3), call.input(4), Value.MISSING, Value.MISSING, Value.MISSING);
            return layout.leave(call, results);
        }
        int[] axes = new int[layout.rank() - 1];
        Arrays.setAll(axes, i -> i);
        Arithmetic f = Arithmetic.of(call);
        Value mean = mean(call, x, axes);
        Value variance = mean(call, f.emit(BuiltinOperator.SQUARED_DIFFERENCE, x, mean), axes);
        Value y = normalized(call, new Parts(x, call.input(1), call.input(2), mean, variance, epsilon));
        return layout.leave(
                call,
                List.of(call.cast(y, call.type(0)), mean, Value.MISSING, Value.MISSING, Value.MISSING, Value.MISSING));
    }

    private static Value mean(Call call, Value x, int... axes) {
        return call.emitAs(BuiltinOperator.MEAN, new ReducerOptions(false), TensorType.FLOAT32, x, call.ints(axes));
    }

    /// Inputs: x, mean, variance, offset (beta), scale (gamma).
    private static List<Value> global(Call call) {
        float epsilon = call.attributes().real("variance_epsilon", 0);
        boolean scaled = call.attributes().flag("scale_after_normalization", true);
        Value scale = scaled ? call.input(4) : call.scalar(TensorType.FLOAT32, 1);
        return List.of(normalized(
                call, new Parts(call.input(0), scale, call.input(3), call.input(1), call.input(2), epsilon)));
    }

    private static Value normalized(Call call, Parts parts) {
        Arithmetic f = Arithmetic.of(call);
        boolean known = parts.scale instanceof Value.Known
                && parts.offset instanceof Value.Known
                && parts.mean instanceof Value.Known
                && parts.variance instanceof Value.Known;
        if (known) {
            return folded(call, parts);
        }
        Value deviation =
                f.emit(BuiltinOperator.RSQRT, f.add(parts.variance, call.scalar(TensorType.FLOAT32, parts.epsilon)));
        Value factor = f.mul(parts.scale, deviation);
        Value shift = f.sub(parts.offset, f.mul(parts.mean, factor));
        return f.add(f.mul(parts.x, factor), shift);
    }

    private static Value folded(Call call, Parts parts) {
        float[] scale = floats(parts.scale, "scale");
        float[] offset = floats(parts.offset, "offset");
        float[] mean = floats(parts.mean, "mean");
        float[] variance = floats(parts.variance, "variance");
        if (offset.length != mean.length || variance.length != mean.length || scale.length > mean.length) {
            throw new NotLowerable("scale, offset, mean and variance differ in length");
        }
        float[] factor = new float[mean.length];
        float[] shift = new float[mean.length];
        for (int i = 0; i < factor.length; i++) {
            float deviation = ArithmeticFolds.RSQRT.floats().apply(variance[i] + parts.epsilon, 0);
            factor[i] = scale[scale.length == 1 ? 0 : i] * deviation;
            shift[i] = offset[i] - mean[i] * factor[i];
        }
        Arithmetic f = Arithmetic.of(call);
        return f.add(f.mul(parts.x, vector(call, factor)), vector(call, shift));
    }

    private static float[] floats(Value value, String what) {
        if (!(value instanceof Value.Known known) || known.type() != TensorType.FLOAT32) {
            throw new NotLowerable("its " + what + " is no FLOAT32");
        }
        return known.tensor().floats();
    }

    private static Value.Known vector(Call call, float[] values) {
        return Value.Known.of(call.name(), Tensor.of(Shape.of(values.length), values));
    }
}
