package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.DepthToSpaceOptions;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.FullyConnectedOptionsWeightsFormat;
import dev.lithe.schema.LocalResponseNormalizationOptions;
import dev.lithe.schema.MirrorPadMode;
import dev.lithe.schema.MirrorPadOptions;
import dev.lithe.schema.ResizeBilinearOptions;
import dev.lithe.schema.ResizeNearestNeighborOptions;
import dev.lithe.schema.SpaceToDepthOptions;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Operators that move, resize or normalize images.
final class SpatialRules {
    /// Beyond them a matrix over all pairs of channels would be absurd.
    private static final int MOST_CHANNELS = 4096;

    private SpatialRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("SpaceToBatchND", call -> blocks(call, BuiltinOperator.SPACE_TO_BATCH_ND)),
                entry("BatchToSpaceND", call -> blocks(call, BuiltinOperator.BATCH_TO_SPACE_ND)),
                entry("SpaceToDepth", SpatialRules::spaceToDepth),
                entry("DepthToSpace", SpatialRules::depthToSpace),
                entry("ResizeBilinear", SpatialRules::bilinear),
                entry("ResizeNearestNeighbor", SpatialRules::nearest),
                entry("MirrorPad", SpatialRules::mirrorPad),
                entry("LRN", SpatialRules::normalization));
    }

    private static List<Value> blocks(Call call, BuiltinOperator code) {
        return call.emit(code, null, call.input(0), call.int32(1), call.int32(2));
    }

    private static List<Value> spaceToDepth(Call call) {
        SpaceToDepthOptions options =
                new SpaceToDepthOptions((int) call.attributes().integer("block_size", 0));
        Layout layout = Layout.of(call, 4);
        Value x = layout.enter(call, call.input(0));
        return layout.leave(call, call.emit(BuiltinOperator.SPACE_TO_DEPTH, options, x));
    }

    private static List<Value> depthToSpace(Call call) {
        DepthToSpaceOptions options =
                new DepthToSpaceOptions((int) call.attributes().integer("block_size", 0));
        Layout layout = Layout.of(call, 4);
        Value x = layout.enter(call, call.input(0));
        return layout.leave(call, call.emit(BuiltinOperator.DEPTH_TO_SPACE, options, x));
    }

    /// TensorFlow answers in FLOAT32 whatever it resizes.
    private static List<Value> bilinear(Call call) {
        boolean align = call.attributes().flag("align_corners", false);
        boolean half = call.attributes().flag("half_pixel_centers", false);
        requireOne(align, half);
        return List.of(call.emitAs(
                BuiltinOperator.RESIZE_BILINEAR,
                new ResizeBilinearOptions(0, 0, align, half),
                TensorType.FLOAT32,
                call.cast(call.input(0), TensorType.FLOAT32),
                call.int32(1)));
    }

    private static List<Value> nearest(Call call) {
        boolean align = call.attributes().flag("align_corners", false);
        boolean half = call.attributes().flag("half_pixel_centers", false);
        requireOne(align, half);
        TensorType type = call.type(0);
        TensorType computed = switch (type) {
            case FLOAT16, BFLOAT16, INT32, UINT16 -> TensorType.FLOAT32;
            default -> type;
        };
        Value resized = call.emitAs(
                BuiltinOperator.RESIZE_NEAREST_NEIGHBOR,
                new ResizeNearestNeighborOptions(align, half),
                computed,
                call.cast(call.input(0), computed),
                call.int32(1));
        return List.of(call.cast(resized, type));
    }

    private static void requireOne(boolean align, boolean half) {
        if (align && half) {
            throw new NotLowerable("it aligns corners and centers pixels at once, which contradict each other");
        }
    }

    private static List<Value> mirrorPad(Call call) {
        MirrorPadMode mode = switch (call.attributes().text("mode", "")) {
            case "REFLECT" -> MirrorPadMode.REFLECT;
            case "SYMMETRIC" -> MirrorPadMode.SYMMETRIC;
            default -> throw new NotLowerable("its mode is neither REFLECT nor SYMMETRIC");
        };
        return call.emit(BuiltinOperator.MIRROR_PAD, new MirrorPadOptions(mode), call.input(0), call.int32(1));
    }

    /// `x / (bias + alpha · sum of the squares of the 2 · radius + 1 channels around)^beta`.
    ///
    /// LiteRT's kernel leaves out the last of these channels, so it answers right only where each window
    /// takes in all channels without it. Elsewhere the sums are products with a banded matrix.
    private static List<Value> normalization(Call call) {
        int radius = Math.toIntExact(call.attributes().integer("depth_radius", 5));
        float bias = call.attributes().real("bias", 1);
        float alpha = call.attributes().real("alpha", 1);
        float beta = call.attributes().real("beta", 0.5f);
        int channels = call.shape(0).dimension(-1);
        if (channels == Shape.UNKNOWN || channels > MOST_CHANNELS) {
            throw new NotLowerable(
                    "it normalizes over " + channels + " channels, 1 to " + MOST_CHANNELS + " are possible");
        }
        Arithmetic f = Arithmetic.of(call);
        if (radius >= channels && bias >= 0 && alpha >= 0) {
            return List.of(f.emit(
                    BuiltinOperator.LOCAL_RESPONSE_NORMALIZATION,
                    new LocalResponseNormalizationOptions(radius, bias, alpha, beta),
                    call.input(0)));
        }
        float[] band = new float[channels * channels];
        for (int i = 0; i < band.length; i++) {
            band[i] = Math.abs(i / channels - i % channels) <= radius ? alpha : 0;
        }
        float[] biases = new float[channels];
        Arrays.fill(biases, bias);
        FullyConnectedOptions options = new FullyConnectedOptions(
                ActivationFunctionType.NONE,
                FullyConnectedOptionsWeightsFormat.DEFAULT,
                true,
                false,
                TensorType.FLOAT32);
        Value x = call.cast(call.input(0), TensorType.FLOAT32);
        Value sums = call.emitAs(
                BuiltinOperator.FULLY_CONNECTED,
                options,
                TensorType.FLOAT32,
                f.emit(BuiltinOperator.SQUARE, x),
                Value.Known.of(call.name(), Tensor.of(Shape.of(channels, channels), band)),
                Value.Known.of(call.name(), Tensor.of(Shape.of(channels), biases)));
        if (bias >= 0 && alpha >= 0) {
            Value divisor = f.emit(BuiltinOperator.POW, sums, call.scalar(TensorType.FLOAT32, beta));
            return List.of(call.cast(f.div(x, divisor), call.type(0)));
        }
        // Of a negative sum there is no power, whatever the exponent: the logarithm says so.
        Value exponent = f.mul(f.emit(BuiltinOperator.LOG, sums), call.scalar(TensorType.FLOAT32, -beta));
        return List.of(call.cast(f.mul(x, f.emit(BuiltinOperator.EXP, exponent)), call.type(0)));
    }
}
