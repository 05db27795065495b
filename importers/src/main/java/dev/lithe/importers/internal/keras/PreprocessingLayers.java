package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.DataType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Layers that prepare data inside of a model.
final class PreprocessingLayers {
    /// The most numbers that a layer without weights makes from its settings.
    private static final int MOST = 1 << 24;

    /// Random layers do nothing at inference.
    private static final List<String> RANDOM = List.of(
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomFlip",
            "RandomGrayscale",
            "RandomHue",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom");

    private PreprocessingLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>(Map.of(
                "Rescaling", PreprocessingLayers::rescaling,
                "Normalization", PreprocessingLayers::normalization,
                "Resizing", PreprocessingLayers::resizing,
                "CenterCrop", PreprocessingLayers::centerCrop,
                "CategoryEncoding", PreprocessingLayers::categories,
                "Discretization", PreprocessingLayers::discretization));
        RANDOM.forEach(kind -> rules.put(kind, call -> List.of(call.ops().toFloat(call.input()))));
        return rules;
    }

    private static List<Symbol> rescaling(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = ops.toFloat(call.input());
        Symbol scale = numbers(call, "scale", 1);
        Symbol offset = numbers(call, "offset", 0);
        return List.of(ops.add(ops.mul(x, scale), offset));
    }

    private static Symbol numbers(LayerCall call, String key, double missing) {
        JsonNode value = call.config().get(key);
        if (!call.config().has(key) || value.isNumber()) {
            return call.ops().real(call.config().real(key, missing));
        }
        float[] values = call.config().reals(value, key);
        return call.ops().reals(Shape.of(values.length), values);
    }

    private static List<Symbol> normalization(LayerCall call) {
        Ops ops = call.ops();
        KerasConfig config = call.config();
        Symbol x = ops.toFloat(call.input());
        int[] axes = config.has("axis") ? config.integers("axis") : new int[0];
        int[] own = Arrays.stream(axes)
                .map(axis -> BasicOps.axis(axis, x.rank()))
                .sorted()
                .toArray();
        int[] sizes = Arrays.stream(own).map(x::size).toArray();
        int[] wide = new int[x.rank()];
        Arrays.fill(wide, 1);
        Arrays.stream(own).forEach(axis -> wide[axis] = x.size(axis));
        boolean given = config.has("mean");
        Symbol mean = given ? constant(call, "mean", wide) : ops.reshape(call.weight("mean", sizes), wide);
        Symbol variance = given ? constant(call, "variance", wide) : ops.reshape(call.weight("variance", sizes), wide);
        Symbol deviation = ops.binary("Maximum", ops.unary("Sqrt", variance), ops.real(1e-7));
        if (config.flag("invert", false)) {
            return List.of(ops.add(mean, ops.mul(x, deviation)));
        }
        return List.of(ops.div(ops.sub(x, mean), deviation));
    }

    private static Symbol constant(LayerCall call, String key, int[] wide) {
        float[] values = call.config().reals(call.config().get(key), key);
        int count = Arrays.stream(wide).reduce(1, Math::multiplyExact);
        // The numbers of one axis, repeated over all others that the input does not fix.
        if (values.length == 0 || count < 0 || count % values.length != 0 || count > MOST) {
            throw new NotLowerable("its " + values.length + " numbers as '" + key + "' do not fit its input");
        }
        float[] all = new float[count];
        for (int i = 0; i < count; i++) {
            all[i] = values[i % values.length];
        }
        return call.ops().reals(Shape.of(wide), all);
    }

    private static List<Symbol> resizing(LayerCall call) {
        Ops ops = call.ops();
        KerasConfig config = call.config();
        int height = config.integer("height");
        int width = config.integer("width");
        String how = config.text("interpolation", "bilinear");
        String op = switch (how) {
            case "bilinear" -> "ResizeBilinear";
            case "nearest" -> "ResizeNearestNeighbor";
            default -> throw new NotLowerable("its interpolation '" + how + "' cannot be expressed");
        };
        for (String key : List.of("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")) {
            if (config.flag(key, false)) {
                throw new NotLowerable("its option '" + key + "' cannot be expressed");
            }
        }
        Symbol result = ConvolutionLayers.channelsLast(ops, ops.toFloat(call.input()), config.channelsFirst(), x -> {
            boolean single = x.rank() == 3;
            Symbol images = single ? ops.expandDims(x, 0) : x;
            Symbol resized = ops.resize(op, images, height, width, true);
            return single ? ops.squeeze(resized, 0) : resized;
        });
        return List.of(result);
    }

    private static List<Symbol> centerCrop(LayerCall call) {
        Ops ops = call.ops();
        int height = call.config().integer("height");
        int width = call.config().integer("width");
        Symbol result = ConvolutionLayers.channelsLast(
                ops, ops.toFloat(call.input()), call.config().channelsFirst(), x -> {
                    if (x.rank() != 4 || x.size(1) < height || x.size(2) < width) {
                        throw new NotLowerable("it cuts " + height + " by " + width + " out of " + x.shape());
                    }
                    int top = (x.size(1) - height) / 2;
                    int left = (x.size(2) - width) / 2;
                    int[] begin = {0, top, left, 0};
                    int[] end = {0, top + height, left + width, 0};
                    return ops.slice(x, begin, end, new int[] {1, 1, 1, 1}, 9, 9, 0);
                });
        return List.of(result);
    }

    private static List<Symbol> categories(LayerCall call) {
        Symbol x = call.input();
        Symbol indices = call.ops().cast(x, DataType.DT_INT32);
        String mode = call.config().text("output_mode", "multi_hot");
        Symbol weights = call.arguments().symbol(1, "count_weights");
        return List.of(encoded(call.ops(), indices, mode, call.config().integer("num_tokens"), weights));
    }

    /// Indices as the layers that encode categories write them.
    private static Symbol encoded(
            Ops ops, Symbol indices, String mode, int depth, @org.jspecify.annotations.Nullable Symbol weights) {
        if (depth < 0 || depth > MOST) {
            throw new NotLowerable("it has " + depth + " categories");
        }
        Symbol places = ops.vector(IntStream.range(0, depth).toArray());
        if (mode.equals("one_hot")) {
            Symbol single = indices.rank() > 1 && indices.size(-1) == 1 ? ops.squeeze(indices, -1) : indices;
            Symbol wide = ops.compare("Equal", ops.expandDims(single, -1), places);
            return ops.toFloat(wide);
        }
        Symbol wide = ops.toFloat(ops.compare("Equal", ops.expandDims(indices, -1), places));
        Symbol counted = weights == null ? wide : ops.mul(wide, ops.expandDims(ops.toFloat(weights), -1));
        int along = indices.rank() == 1 ? 0 : indices.rank() - 1;
        return switch (mode) {
            case "multi_hot" -> ops.reduce("Max", wide, false, along);
            case "count" -> ops.reduce("Sum", counted, false, along);
            default -> throw new NotLowerable("its output mode '" + mode + "' is not known");
        };
    }

    private static List<Symbol> discretization(LayerCall call) {
        Ops ops = call.ops();
        if (!call.config().has("bin_boundaries")) {
            throw new NotLowerable("it has no boundaries: it was not adapted to data");
        }
        float[] bounds = call.config().reals(call.config().get("bin_boundaries"), "bin_boundaries");
        Symbol x = ops.toFloat(call.input());
        Symbol edges = ops.reals(Shape.of(bounds.length), bounds);
        Symbol passed = ops.cast(ops.compare("GreaterEqual", ops.expandDims(x, -1), edges), DataType.DT_INT32);
        Symbol index = ops.reduce("Sum", passed, false, -1);
        String mode = call.config().text("output_mode", "int");
        return List.of(mode.equals("int") ? index : encoded(ops, index, mode, bounds.length + 1, null));
    }
}
