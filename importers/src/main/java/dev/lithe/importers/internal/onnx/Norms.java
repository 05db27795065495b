package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Normalizations. Batch normalization is a scale and an offset for each channel; the others compute mean
/// and variance in the graph.
final class Norms {
    private static final int MOST_CHANNELS = 4096;

    private Norms() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("BatchNormalization", Norms::batch),
                entry("InstanceNormalization", Norms::instance),
                entry("LayerNormalization", Norms::layer),
                entry("com.microsoft::LayerNormalization", Norms::layer),
                entry("GroupNormalization", Norms::group),
                entry("RMSNormalization", Norms::rms),
                entry("SimplifiedLayerNormalization", Norms::rms),
                entry("com.microsoft::SimplifiedLayerNormalization", Norms::rms),
                entry("com.microsoft::SkipLayerNormalization", c -> skip(c, false)),
                entry("com.microsoft::SkipSimplifiedLayerNormalization", c -> skip(c, true)),
                entry("MeanVarianceNormalization", Norms::meanVariance),
                entry("LpNormalization", Norms::lp),
                entry("LRN", Norms::lrn));
    }

    // ---- batch normalization

    /// `y = x * k + (offset - mean * k)` with `k = scale / sqrt(variance + epsilon)`, in single precision.
    private static List<Laid> batch(Call call) {
        if (call.node().flag("training_mode", false)) {
            throw new NotLowerable("it normalizes by the batch, as in training; export the model for inference");
        }
        Emitter graph = call.graph();
        float epsilon = call.node().real("epsilon", 1e-5f);
        Laid x = call.input(0);
        boolean known = IntStream.range(1, 5).allMatch(i -> call.input(i).isKnown());
        Laid factor;
        Laid shift;
        if (known) {
            float[] scale = call.floats(1, "scale");
            float[] offset = call.floats(2, "offset");
            float[] mean = call.floats(3, "mean");
            float[] variance = call.floats(4, "variance");
            float[] factors = new float[scale.length];
            float[] shifts = new float[scale.length];
            for (int i = 0; i < scale.length; i++) {
                factors[i] = scale[i] * (float) (1 / Math.sqrt(variance[i] + epsilon));
                shifts[i] = offset[i] - mean[i] * factors[i];
            }
            Shape channels = channels(x.rank(), scale.length);
            factor = Laid.plain(graph.floats(channels, factors));
            shift = Laid.plain(graph.floats(channels, shifts));
        } else {
            Value deviation = graph.unary(
                    BuiltinOperator.RSQRT, graph.add(call.plain(4), graph.scalar(TensorType.FLOAT32, epsilon)));
            Value scaled = graph.mul(call.plain(1), deviation);
            Value rest = graph.sub(call.plain(2), graph.mul(call.plain(3), scaled));
            Shape channels = channels(x.rank(), call.shape(1).dimension(0));
            factor = Laid.plain(graph.reshape(scaled, channels));
            shift = Laid.plain(graph.reshape(rest, channels));
        }
        Laid product = Elementwise.binary(graph, x, factor, graph::mul);
        return Call.one(Elementwise.binary(graph, product, shift, graph::add));
    }

    /// The shape that broadcasts one number for each channel, dimension 1, over `rank` dimensions.
    static Shape channels(int rank, int count) {
        int[] shape = Window.ones(Math.max(1, rank - 1));
        shape[0] = count;
        return Shape.of(shape);
    }

    // ---- by mean and variance

    /// Deviation from the mean and the mean over `axes`, and one over the standard deviation.
    private record Moments(Laid deviation, Laid mean, Laid inverse) {
        Laid normalized(Emitter graph) {
            return Elementwise.binary(graph, deviation, inverse, graph::mul);
        }
    }

    private static Moments moments(Emitter graph, Laid x, float epsilon, int... axes) {
        Laid mean = Reductions.reduce(graph, BuiltinOperator.MEAN, x, true, axes);
        Laid deviation = Elementwise.binary(graph, x, mean, graph::sub);
        return new Moments(deviation, mean, inverse(graph, deviation, epsilon, axes));
    }

    /// 1 / sqrt(mean of squares + epsilon)
    private static Laid inverse(Emitter graph, Laid x, float epsilon, int... axes) {
        Laid squares = Elementwise.map(graph, x, v -> graph.unary(BuiltinOperator.SQUARE, v));
        Laid variance = Reductions.reduce(graph, BuiltinOperator.MEAN, squares, true, axes);
        Value small = graph.scalar(TensorType.FLOAT32, epsilon);
        return Elementwise.map(graph, variance, v -> graph.unary(BuiltinOperator.RSQRT, graph.add(v, small)));
    }

    private static Laid scaled(Emitter graph, Laid x, @Nullable Laid scale, @Nullable Laid offset) {
        Laid product = scale == null ? x : Elementwise.binary(graph, x, scale, graph::mul);
        return offset == null ? product : Elementwise.binary(graph, product, offset, graph::add);
    }

    private static @Nullable Laid optional(Call call, int index) {
        return call.has(index) ? call.input(index) : null;
    }

    private static int[] from(int axis, int rank) {
        return IntStream.range(axis, rank).toArray();
    }

    private static Laid perChannel(Call call, int index, int rank) {
        Shape shape = channels(rank, call.shape(index).dimension(0));
        return Laid.plain(call.graph().reshape(call.plain(index), shape));
    }

    private static List<Laid> instance(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        Moments moments = moments(graph, x, call.node().real("epsilon", 1e-5f), from(2, x.rank()));
        return Call.one(
                scaled(graph, moments.normalized(graph), perChannel(call, 1, x.rank()), perChannel(call, 2, x.rank())));
    }

    private static List<Laid> layer(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", -1), x.rank());
        Moments moments = moments(graph, x, call.node().real("epsilon", 1e-5f), from(axis, x.rank()));
        Laid y = scaled(graph, moments.normalized(graph), optional(call, 1), optional(call, 2));
        return List.of(y, moments.mean, moments.inverse);
    }

    private static List<Laid> rms(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", -1), x.rank());
        Laid inverse = inverse(graph, x, call.node().real("epsilon", 1e-5f), from(axis, x.rank()));
        Laid normalized = Elementwise.binary(graph, x, inverse, graph::mul);
        return List.of(scaled(graph, normalized, optional(call, 1), null), inverse);
    }

    /// Input, skip and bias are added up first; the sum is the fourth result.
    private static List<Laid> skip(Call call, boolean simplified) {
        Emitter graph = call.graph();
        Laid sum = Elementwise.binary(graph, call.input(0), call.input(1), graph::add);
        Laid bias = optional(call, simplified ? 3 : 4);
        if (bias != null) {
            sum = Elementwise.binary(graph, sum, bias, graph::add);
        }
        int axis = sum.rank() - 1;
        float epsilon = call.node().real("epsilon", 1e-12f);
        if (simplified) {
            Laid inverse = inverse(graph, sum, epsilon, axis);
            Laid y = scaled(graph, Elementwise.binary(graph, sum, inverse, graph::mul), call.input(2), null);
            return List.of(y, inverse, inverse, sum);
        }
        Moments moments = moments(graph, sum, epsilon, axis);
        Laid y = scaled(graph, moments.normalized(graph), call.input(2), optional(call, 3));
        return List.of(y, moments.mean, moments.inverse, sum);
    }

    /// Groups of channels; scale and offset for each channel, before opset 21 for each group.
    private static List<Laid> group(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int groups = Math.toIntExact(call.node().integer("num_groups", 1));
        int channels = x.shape().dimension(1);
        List<Integer> split =
                new ArrayList<>(Arrays.stream(x.shape().toArray()).boxed().toList());
        split.set(1, channels / groups);
        split.add(1, groups);
        Laid grouped = Reshapes.to(
                graph, x, Shape.of(split.stream().mapToInt(Integer::intValue).toArray()));
        Moments moments = moments(graph, grouped, call.node().real("epsilon", 1e-5f), from(2, x.rank() + 1));
        Laid normalized = moments.normalized(graph);
        boolean perGroup = call.node().opset() < 21 && call.shape(1).dimension(0) == groups && groups != channels;
        if (perGroup) {
            normalized =
                    scaled(graph, normalized, perChannel(call, 1, x.rank() + 1), perChannel(call, 2, x.rank() + 1));
            return Call.one(Reshapes.to(graph, normalized, x.shape()));
        }
        Laid flat = Reshapes.to(graph, normalized, x.shape());
        return Call.one(scaled(graph, flat, perChannel(call, 1, x.rank()), perChannel(call, 2, x.rank())));
    }

    private static List<Laid> meanVariance(Call call) {
        Emitter graph = call.graph();
        int[] axes = call.node().ints("axes", 0, 2, 3);
        return Call.one(moments(graph, call.input(0), 1e-18f, axes).normalized(graph));
    }

    private static List<Laid> lp(Call call) {
        Emitter graph = call.graph();
        Laid x = call.input(0);
        int axis = Call.axis(call.node().integer("axis", -1), x.rank());
        boolean squares = call.node().integer("p", 2) == 2;
        Laid powers = Elementwise.map(graph, x, v -> squares ? graph.mul(v, v) : graph.unary(BuiltinOperator.ABS, v));
        Laid sum = Reductions.reduce(graph, BuiltinOperator.SUM, powers, true, axis);
        Laid norm = Elementwise.map(graph, sum, v -> squares ? graph.unary(BuiltinOperator.SQRT, v) : v);
        // Zeros stay zeros.
        Value least = graph.scalar(TensorType.FLOAT32, Float.MIN_NORMAL);
        Laid safe = Elementwise.map(graph, norm, v -> graph.compute(BuiltinOperator.MAXIMUM, null, v, least));
        return Call.one(Elementwise.binary(graph, x, safe, graph::div));
    }

    /// `x / (bias + alpha / size * sum of squares)^beta`, the sums over neighbouring channels by a matrix of
    /// ones: LOCAL_RESPONSE_NORMALIZATION leaves out the last channel of its window in LiteRT's reference kernels.
    private static List<Laid> lrn(Call call) {
        Emitter graph = call.graph();
        int size = Math.toIntExact(call.node().integer("size", 1));
        Laid x = Laid.image(call.input(0).as(graph, Orders.channelsLast(call.rank(0))));
        int channels = x.shape().dimension(1);
        if (size < 1 || channels < 1 || channels > MOST_CHANNELS) {
            throw new NotLowerable("it sums over " + size + " of " + channels + " channels");
        }
        float[] band = new float[channels * channels];
        for (int c = 0; c < channels; c++) {
            int last = Math.min(channels - 1, c + size / 2);
            for (int other = Math.max(0, c - (size - 1) / 2); other <= last; other++) {
                band[c * channels + other] = call.node().real("alpha", 0.0001f) / size;
            }
        }
        Value.Known matrix = graph.floats(Shape.of(channels, channels), band);
        Value bias = graph.scalar(TensorType.FLOAT32, call.node().real("bias", 1));
        Value exponent = graph.scalar(TensorType.FLOAT32, -call.node().real("beta", 0.75f));
        return Call.one(Elementwise.map(graph, x, v -> {
            Value sums = MatMuls.fullyConnected(graph, graph.mul(v, v), matrix, Value.ABSENT);
            return graph.mul(v, graph.compute(BuiltinOperator.POW, null, graph.add(sums, bias), exponent));
        }));
    }
}
