package dev.lithe.importers.internal.keras;

import dev.lithe.importers.internal.build.NotLowerable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Normalizations, by stored statistics and by those of the input.
final class NormalizationLayers {
    private NormalizationLayers() {}

    static Map<String, LayerRule> rules() {
        return Map.of(
                "BatchNormalization", NormalizationLayers::batch,
                "LayerNormalization", NormalizationLayers::layer,
                "GroupNormalization", NormalizationLayers::group,
                "RMSNormalization", NormalizationLayers::rms,
                "UnitNormalization", NormalizationLayers::unit);
    }

    private static List<Symbol> batch(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        int axis = BasicOps.axis(axes(call, -1)[0], x.rank());
        int channels = x.size(axis);
        int[] wide = new int[x.rank()];
        Arrays.fill(wide, 1);
        wide[axis] = channels;
        boolean last = axis == x.rank() - 1;
        Symbol gamma = call.config().flag("scale", true) ? call.weight("gamma", channels) : null;
        Symbol beta = call.config().flag("center", true) ? call.weight("beta", channels) : null;
        Symbol mean = along(ops, call.weight("moving_mean", channels), last, wide);
        Symbol variance = along(ops, call.weight("moving_variance", channels), last, wide);
        Symbol factor =
                ops.unary("Rsqrt", ops.add(variance, ops.real(call.config().real("epsilon", 1e-3))));
        if (gamma != null) {
            factor = ops.mul(factor, along(ops, gamma, last, wide));
        }
        Symbol scaled = ops.mul(x, factor);
        Symbol shift = ops.mul(mean, factor);
        Symbol offset = beta == null ? ops.unary("Neg", shift) : ops.sub(along(ops, beta, last, wide), shift);
        return List.of(ops.add(scaled, offset));
    }

    private static Symbol along(Ops ops, Symbol weight, boolean last, int[] wide) {
        return last ? weight : ops.reshape(weight, wide);
    }

    private static int[] axes(LayerCall call, int missing) {
        return call.config().has("axis") ? call.config().integers("axis") : new int[] {missing};
    }

    private static List<Symbol> layer(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        int[] axes = axes(call, -1);
        int[] sizes = new int[axes.length];
        int[] wide = new int[x.rank()];
        Arrays.fill(wide, 1);
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = x.size(BasicOps.axis(axes[i], x.rank()));
            wide[BasicOps.axis(axes[i], x.rank())] = sizes[i];
        }
        boolean rms = call.config().flag("rms_scaling", false);
        Symbol gamma = call.config().flag("scale", true) || rms ? call.weight("gamma", sizes) : null;
        Symbol beta = call.config().flag("center", true) && !rms ? call.weight("beta", sizes) : null;
        Symbol mean = mean(ops, x, axes);
        Symbol variance = variance(ops, x, mean, axes);
        Symbol factor =
                ops.unary("Rsqrt", ops.add(variance, ops.real(call.config().real("epsilon", 1e-3))));
        if (rms && gamma != null) {
            return List.of(ops.mul(ops.mul(x, factor), ops.reshape(gamma, wide)));
        }
        return List.of(normalized(ops, x, mean, factor, reshaped(ops, gamma, wide), reshaped(ops, beta, wide)));
    }

    private static @Nullable Symbol reshaped(Ops ops, @Nullable Symbol weight, int[] shape) {
        return weight == null ? null : ops.reshape(weight, shape);
    }

    static Symbol mean(Ops ops, Symbol x, int... axes) {
        return ops.reduce("Mean", x, true, axes);
    }

    static Symbol variance(Ops ops, Symbol x, Symbol mean, int... axes) {
        Symbol fixed = ops.unary("StopGradient", mean);
        return ops.reduce("Mean", ops.binary("SquaredDifference", x, fixed), true, axes);
    }

    /// `x * factor + (beta - mean * factor)`, with gamma in the factor.
    private static Symbol normalized(
            Ops ops, Symbol x, Symbol mean, Symbol factor, @Nullable Symbol gamma, @Nullable Symbol beta) {
        Symbol scale = gamma == null ? factor : ops.mul(factor, gamma);
        Symbol shift = ops.mul(ops.unary("Neg", mean), scale);
        Symbol offset = beta == null ? shift : ops.add(shift, beta);
        return ops.add(ops.mul(x, scale), offset);
    }

    private static List<Symbol> group(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        int axis = BasicOps.axis(axes(call, -1)[0], x.rank());
        int channels = x.size(axis);
        int wanted = call.config().integer("groups", 32);
        int groups = wanted == -1 ? channels : wanted;
        if (channels < 0 || groups <= 0 || channels % groups != 0) {
            throw new NotLowerable("its " + channels + " channels do not make " + groups + " groups");
        }
        int[] split = new int[x.rank() + 1];
        int[] wide = new int[x.rank() + 1];
        Arrays.fill(wide, 1);
        for (int i = 0; i < x.rank(); i++) {
            split[i < axis ? i : i + 1] = x.size(i);
        }
        split[0] = -1;
        split[axis] = groups;
        split[axis + 1] = channels / groups;
        wide[axis] = groups;
        wide[axis + 1] = channels / groups;
        Symbol gamma = call.config().flag("scale", true) ? call.weight("gamma", channels) : null;
        Symbol beta = call.config().flag("center", true) ? call.weight("beta", channels) : null;
        Symbol parts = ops.reshapeTo(
                x, ops.vector(split), dev.lithe.graph.Shape.of(split).withDimension(0, x.size(0)));
        int[] over = IntStream.range(1, parts.rank()).filter(i -> i != axis).toArray();
        Symbol mean = mean(ops, parts, over);
        Symbol variance = variance(ops, parts, mean, over);
        Symbol factor =
                ops.unary("Rsqrt", ops.add(variance, ops.real(call.config().real("epsilon", 1e-3))));
        Symbol result = normalized(ops, parts, mean, factor, reshaped(ops, gamma, wide), reshaped(ops, beta, wide));
        return List.of(ops.reshapeLike(result, x, x.shape().toArray()));
    }

    private static List<Symbol> rms(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        int[] axes = axes(call, -1);
        int[] sizes = new int[axes.length];
        int[] wide = new int[x.rank()];
        Arrays.fill(wide, 1);
        for (int i = 0; i < axes.length; i++) {
            sizes[i] = x.size(BasicOps.axis(axes[i], x.rank()));
            wide[BasicOps.axis(axes[i], x.rank())] = sizes[i];
        }
        Symbol scale = call.weight("scale", sizes);
        return List.of(rms(ops, x, ops.reshape(scale, wide), call.config().real("epsilon", 1e-6), axes));
    }

    static Symbol rms(Ops ops, Symbol x, @Nullable Symbol scale, double epsilon, int... axes) {
        Symbol power = ops.reduce("Mean", ops.unary("Square", x), true, axes);
        Symbol result = ops.mul(x, ops.unary("Rsqrt", ops.add(power, ops.real(epsilon))));
        return scale == null ? result : ops.mul(result, scale);
    }

    private static List<Symbol> unit(LayerCall call) {
        return List.of(unit(call.ops(), call.ops().toFloat(call.input()), axes(call, -1)));
    }

    /// `x` with length 1 along `axes`.
    static Symbol unit(Ops ops, Symbol x, int... axes) {
        Symbol square = ops.unary("Square", x);
        Symbol power = axes.length == 1
                ? ops.reduce("Sum", "Sum", square, true, ops.integer(axes[0]), axes)
                : ops.reduce("Sum", square, true, axes);
        Symbol factor = ops.binary("Minimum", ops.unary("Rsqrt", power), ops.real(1e12));
        return ops.mul(x, factor);
    }
}
