package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Layers that move, cut, pad and repeat.
final class ReshapingLayers {
    private ReshapingLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>(Map.of(
                "Reshape", ReshapingLayers::reshape,
                "Flatten", ReshapingLayers::flatten,
                "Permute", ReshapingLayers::permute,
                "RepeatVector", ReshapingLayers::repeatVector,
                "UpSampling1D", call -> upsample(call, 1),
                "UpSampling2D", ReshapingLayers::upsample2d,
                "UpSampling3D", call -> upsample(call, 3)));
        for (int i = 1; i <= 3; i++) {
            int rank = i;
            rules.put("Cropping" + i + "D", call -> crop(call, rank));
            rules.put("ZeroPadding" + i + "D", call -> pad(call, rank));
        }
        return rules;
    }

    private static List<Symbol> reshape(LayerCall call) {
        Symbol x = call.input();
        int[] target = call.config().integers("target_shape");
        int[] all = new int[target.length + 1];
        all[0] = x.size(0);
        long rest = 1;
        int open = -1;
        for (int i = 0; i < target.length; i++) {
            all[i + 1] = target[i];
            open = target[i] < 0 ? i + 1 : open;
            rest *= target[i] < 0 ? 1 : target[i];
        }
        Shape inner = x.shape().withDimension(0, 1);
        if (open >= 0 && inner.isKnown() && rest > 0) {
            all[open] = Math.toIntExact(inner.elementCount() / rest);
        }
        return List.of(reshaped(call.ops(), x, all));
    }

    /// What stays unknown beside the batch is left to the node to find out.
    private static Symbol reshaped(Ops ops, Symbol x, int[] sizes) {
        boolean open = IntStream.range(1, sizes.length).anyMatch(i -> sizes[i] < 0);
        if (!open) {
            return ops.reshapeLike(x, x, sizes);
        }
        List<Symbol> parts = IntStream.range(0, sizes.length)
                .mapToObj(i -> i == 0 ? ops.sizeOf(x, 0) : ops.integer(sizes[i]))
                .toList();
        return ops.reshapeTo(x, ops.pack("shape", parts, 0), Shape.of(sizes));
    }

    private static List<Symbol> flatten(LayerCall call) {
        Ops ops = call.ops();
        Symbol x = call.input();
        if (x.rank() == 1) {
            return List.of(ops.expandDims(x, 1));
        }
        Symbol last = x;
        if (call.config().channelsFirst() && x.rank() > 2) {
            int rank = x.rank();
            int[] toLast = IntStream.range(0, rank)
                    .map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1)
                    .toArray();
            last = ops.transpose(x, toLast);
        }
        Shape inner = last.shape().withDimension(0, 1);
        int size = inner.isKnown() ? Math.toIntExact(inner.elementCount()) : -1;
        return List.of(reshaped(ops, last, new int[] {x.size(0), size}));
    }

    private static List<Symbol> permute(LayerCall call) {
        int[] dims = call.config().integers("dims");
        int[] all = new int[dims.length + 1];
        System.arraycopy(dims, 0, all, 1, dims.length);
        return List.of(call.ops().transpose(call.input(), all));
    }

    private static List<Symbol> repeatVector(LayerCall call) {
        Symbol x = call.input();
        Symbol wide = call.ops().reshapeLike(x, x, x.size(0), 1, x.size(1));
        return List.of(call.ops().repeat(wide, call.config().integer("n"), 1));
    }

    private static List<Symbol> upsample(LayerCall call, int rank) {
        int[] factors = call.config().sizes("size", rank, 2);
        Symbol result = ConvolutionLayers.channelsLast(
                call.ops(), call.input(), call.config().channelsFirst(), x -> repeated(call.ops(), x, factors));
        return List.of(result);
    }

    private static Symbol repeated(Ops ops, Symbol x, int[] factors) {
        Symbol at = x;
        for (int i = 0; i < factors.length; i++) {
            at = ops.repeat(at, factors[i], i + 1);
        }
        return at;
    }

    private static List<Symbol> upsample2d(LayerCall call) {
        Ops ops = call.ops();
        int[] factors = call.config().sizes("size", 2, 2);
        String how = call.config().text("interpolation", "nearest");
        Symbol result =
                ConvolutionLayers.channelsLast(ops, call.input(), call.config().channelsFirst(), x -> {
                    if (how.equals("nearest")) {
                        return repeated(ops, x, factors);
                    }
                    if (!how.equals("bilinear") || x.size(1) < 0 || x.size(2) < 0) {
                        throw new NotLowerable("its interpolation '" + how + "' cannot be expressed for " + x.shape());
                    }
                    int height = Math.multiplyExact(x.size(1), factors[0]);
                    int width = Math.multiplyExact(x.size(2), factors[1]);
                    return ops.resize("ResizeBilinear", x, height, width, true);
                });
        return List.of(result);
    }

    /// Two numbers for each spatial dimension, written as one, as one for each, or as two for each.
    private static int[] pairs(KerasConfig config, String key, int rank) {
        JsonNode value = config.get(key);
        int[] pairs = new int[2 * rank];
        if (rank == 1 && value.isArray() && value.size() == 2 && value.get(0).isNumber()) {
            return config.integers(key);
        }
        if (!value.isArray()) {
            int[] same = config.sizes(key, rank, 1);
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = same[i / 2];
            }
            return pairs;
        }
        if (value.size() != rank) {
            throw new NotLowerable("its '" + key + "' is for " + value.size() + " dimensions, " + rank + " are there");
        }
        for (int i = 0; i < rank; i++) {
            int[] pair = KerasConfig.integers(value.get(i), key);
            pairs[2 * i] = pair[0];
            pairs[2 * i + 1] = pair[pair.length - 1];
        }
        return pairs;
    }

    private static List<Symbol> crop(LayerCall call, int rank) {
        Symbol x = call.input();
        int[] pairs = pairs(call.config(), "cropping", rank);
        int first = call.config().channelsFirst() ? 2 : 1;
        return List.of(cropped(call.ops(), x, pairs, first));
    }

    private static Symbol cropped(Ops ops, Symbol x, int[] pairs, int first) {
        int[] begin = new int[x.rank()];
        int[] end = new int[x.rank()];
        int[] ones = new int[x.rank()];
        java.util.Arrays.fill(ones, 1);
        int beginMask = (1 << x.rank()) - 1;
        int endMask = beginMask;
        for (int i = 0; i < pairs.length / 2; i++) {
            int bit = 1 << (first + i);
            begin[first + i] = pairs[2 * i];
            beginMask &= ~bit;
            if (pairs[2 * i + 1] > 0) {
                end[first + i] = -pairs[2 * i + 1];
                endMask &= ~bit;
            }
            if (x.size(first + i) >= 0 && x.size(first + i) <= pairs[2 * i] + pairs[2 * i + 1]) {
                throw new NotLowerable("it cuts off all of " + x.shape());
            }
        }
        return ops.slice(x, begin, end, ones, beginMask, endMask, 0);
    }

    private static List<Symbol> pad(LayerCall call, int rank) {
        Symbol x = call.input();
        int[] pairs = pairs(call.config(), "padding", rank);
        int[] pads = new int[2 * x.rank()];
        int first = call.config().channelsFirst() ? 2 : 1;
        System.arraycopy(pairs, 0, pads, 2 * first, Math.min(pairs.length, pads.length - 2 * first));
        return List.of(call.ops().pad(x, pads));
    }
}
