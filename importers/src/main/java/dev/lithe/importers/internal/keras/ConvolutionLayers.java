package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Convolutions of one, two and three dimensions, depthwise, separable and transposed ones.
final class ConvolutionLayers {
    /// The setting that says that a kernel of one dimension is written as one of two, as in Keras 1.
    static final String FLAT_KERNEL = "flat_kernel";

    private ConvolutionLayers() {}

    static Map<String, LayerRule> rules() {
        Map<String, LayerRule> rules = new HashMap<>();
        for (int i = 1; i <= 3; i++) {
            int rank = i;
            rules.put("Conv" + i + "D", call -> convolution(call, rank));
            rules.put("Conv" + i + "DTranspose", call -> transposed(call, rank));
            if (i < 3) {
                rules.put("DepthwiseConv" + i + "D", call -> depthwise(call, rank));
                rules.put("SeparableConv" + i + "D", call -> separable(call, rank));
            }
        }
        return rules;
    }

    /// `body` on `x` with its channels last, whatever the layer's settings say.
    static Symbol channelsLast(Ops ops, Symbol x, boolean first, UnaryOperator<Symbol> body) {
        if (!first) {
            return body.apply(x);
        }
        int rank = x.rank();
        int[] toLast = IntStream.range(0, rank)
                .map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1)
                .toArray();
        int[] toFirst = IntStream.range(0, rank)
                .map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1)
                .toArray();
        return ops.transpose(body.apply(ops.transpose(x, toLast)), toFirst);
    }

    static Ops.Window window(KerasConfig config, int rank) {
        String padding = config.text("padding", "valid");
        if (!List.of("valid", "same", "causal").contains(padding)) {
            throw new NotLowerable("its padding '" + padding + "' is not known");
        }
        return new Ops.Window(
                config.sizes("strides", rank, 1), config.sizes("dilation_rate", rank, 1), padding.equals("same"));
    }

    private static Symbol causal(LayerCall call, Symbol x, int[] kernel, Ops.Window window) {
        if (!call.config().text("padding", "valid").equals("causal")) {
            return x;
        }
        return call.ops().pad(x, 0, 0, window.dilations()[0] * (kernel[0] - 1), 0, 0, 0);
    }

    /// The bias and the activation that all of them end with.
    private static Symbol finish(LayerCall call, Symbol x, int channels) {
        boolean biased = call.config().flag("use_bias", true);
        return biased ? call.ops().biasAdd(x, call.weight("bias", channels)) : x;
    }

    private static int[] joined(int[] first, int... rest) {
        int[] all = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, all, first.length, rest.length);
        return all;
    }

    private static Symbol checked(Symbol x, int rank) {
        if (x.rank() != rank + 2) {
            throw new NotLowerable("its input " + x.shape() + " has not " + (rank + 2) + " dimensions");
        }
        return x;
    }

    private static List<Symbol> convolution(LayerCall call, int rank) {
        Ops ops = call.ops();
        int[] kernel = call.config().sizes("kernel_size", rank, 1);
        Ops.Window window = window(call.config(), rank);
        int filters = call.config().integer("filters");
        int groups = call.config().integer("groups", 1);
        Symbol result = channelsLast(
                ops, ops.toFloat(checked(call.input(), rank)), call.config().channelsFirst(), x -> {
                    int channels = x.size(-1) < 0 ? -1 : x.size(-1) / Math.max(1, groups);
                    Symbol padded = causal(call, x, kernel, window);
                    Symbol weights = kernel(call, kernel, channels, filters);
                    return finish(call, convolve(ops, padded, weights, window), filters);
                });
        return List.of(call.activate(result));
    }

    private static Symbol kernel(LayerCall call, int[] size, int channels, int filters) {
        return call.config().flag(FLAT_KERNEL, false)
                ? call.ops().squeeze(call.weight("kernel", size[0], 1, channels, filters), 1)
                : call.weight("kernel", joined(size, channels, filters));
    }

    /// A convolution over as many dimensions as `window` has.
    static Symbol convolve(Ops ops, Symbol x, Symbol kernel, Ops.Window window) {
        return switch (window.strides().length) {
            case 1 -> ops.convolution1d(x, kernel, window);
            case 2 -> ops.convolution2d("Conv2D", x, kernel, window);
            default -> ops.convolution3d(x, kernel, window);
        };
    }

    private static List<Symbol> depthwise(LayerCall call, int rank) {
        Ops ops = call.ops();
        int[] size = call.config().sizes("kernel_size", rank, 1);
        Ops.Window window = window(call.config(), rank);
        int multiplier = call.config().integer("depth_multiplier", 1);
        Symbol result = channelsLast(
                ops, ops.toFloat(checked(call.input(), rank)), call.config().channelsFirst(), x -> {
                    Symbol padded = causal(call, x, size, window);
                    int[] shape = joined(size, x.size(-1), multiplier);
                    Symbol kernel = call.layer().config().has("depthwise_initializer")
                            ? call.weight("depthwise_kernel", shape)
                            : call.weight("kernel", shape);
                    Symbol wide = rank == 1 ? ops.expandDims(padded, 1) : padded;
                    Symbol flat = rank == 1 ? ops.expandDims(kernel, 0) : kernel;
                    Symbol each = eachChannel(ops, wide, flat, widened(window, rank));
                    Symbol narrow = rank == 1 ? ops.squeeze(each, 1) : each;
                    return finish(call, narrow, Math.multiplyExact(x.size(-1), multiplier));
                });
        return List.of(call.activate(result));
    }

    private static Ops.Window widened(Ops.Window window, int rank) {
        if (rank == 2) {
            return window;
        }
        // TensorFlow wants the same stride along both dimensions; along the one of size 1 it has no effect.
        int stride = window.strides()[0];
        return new Ops.Window(new int[] {stride, stride}, new int[] {1, window.dilations()[0]}, window.same());
    }

    /// Depthwise kernels cannot take strides and dilations at once, and only one stride for both
    /// dimensions: then every position is computed and those in between are left out.
    private static Symbol eachChannel(Ops ops, Symbol x, Symbol kernel, Ops.Window window) {
        int[] strides = window.strides();
        boolean strided = strides[0] > 1 || strides[1] > 1;
        if (!strided || (!window.dilated() && strides[0] == strides[1])) {
            return ops.convolution2d("DepthwiseConv2dNative", x, kernel, window);
        }
        Symbol padded = window.same() ? padded(ops, x, kernel, window) : x;
        Ops.Window every = new Ops.Window(new int[] {1, 1}, window.dilations(), false);
        Symbol all = ops.convolution2d("DepthwiseConv2dNative", padded, kernel, every);
        int[] zeros = new int[4];
        return ops.slice(all, zeros, zeros, new int[] {1, strides[0], strides[1], 1}, 15, 15, 0);
    }

    private static Symbol padded(Ops ops, Symbol x, Symbol kernel, Ops.Window window) {
        int[] pads = new int[8];
        for (int i = 0; i < 2; i++) {
            int size = x.size(i + 1);
            if (size < 0) {
                throw new NotLowerable("it has strides and dilations over a dimension that is unknown");
            }
            int reach = (kernel.size(i) - 1) * window.dilations()[i] + 1;
            int count = Math.ceilDiv(size, window.strides()[i]);
            int total = Math.max(0, (count - 1) * window.strides()[i] + reach - size);
            pads[2 * i + 2] = total / 2;
            pads[2 * i + 3] = total - total / 2;
        }
        return ops.pad(x, pads);
    }

    private static List<Symbol> separable(LayerCall call, int rank) {
        Ops ops = call.ops();
        int[] size = call.config().sizes("kernel_size", rank, 1);
        Ops.Window window = window(call.config(), rank);
        int multiplier = call.config().integer("depth_multiplier", 1);
        int filters = call.config().integer("filters");
        Symbol result = channelsLast(
                ops, ops.toFloat(checked(call.input(), rank)), call.config().channelsFirst(), x -> {
                    Symbol padded = causal(call, x, size, window);
                    int channels = Math.multiplyExact(x.size(-1), multiplier);
                    int[] ones = new int[rank];
                    Arrays.fill(ones, 1);
                    Symbol deep = call.weight("depthwise_kernel", joined(size, x.size(-1), multiplier));
                    Symbol points = call.weight("pointwise_kernel", joined(ones, channels, filters));
                    Symbol wide = rank == 1 ? ops.expandDims(padded, 1) : padded;
                    Symbol each =
                            eachChannel(ops, wide, rank == 1 ? ops.expandDims(deep, 0) : deep, widened(window, rank));
                    Ops.Window single = new Ops.Window(new int[] {1, 1}, new int[] {1, 1}, false);
                    Symbol mixed =
                            ops.convolution2d("Conv2D", each, rank == 1 ? ops.expandDims(points, 0) : points, single);
                    return finish(call, rank == 1 ? ops.squeeze(mixed, 1) : mixed, filters);
                });
        return List.of(call.activate(result));
    }

    private static List<Symbol> transposed(LayerCall call, int rank) {
        Ops ops = call.ops();
        int[] kernel = call.config().sizes("kernel_size", rank, 1);
        int filters = call.config().integer("filters");
        Ops.Window window = window(call.config(), rank);
        Symbol result = channelsLast(
                ops, ops.toFloat(checked(call.input(), rank)), call.config().channelsFirst(), x -> {
                    Symbol weights = call.weight("kernel", joined(kernel, filters, x.size(-1)));
                    int[] sizes = transposedShape(call.config(), x.shape(), kernel, window, filters);
                    Symbol made = rank == 1
                            ? transposed1d(ops, x, weights, window, sizes)
                            : ops.transposedConvolution(x, weights, window, ops.sizes(x, sizes), Shape.of(sizes));
                    return finish(call, made, filters);
                });
        return List.of(call.activate(result));
    }

    private static Symbol transposed1d(Ops ops, Symbol x, Symbol kernel, Ops.Window window, int[] sizes) {
        Ops.Window wide =
                new Ops.Window(new int[] {1, window.strides()[0]}, new int[] {1, window.dilations()[0]}, window.same());
        int[] flat = {sizes[0], 1, sizes[1], sizes[2]};
        Symbol batch = ops.pack("packed", List.of(ops.sizeOf(x, 0)), 0);
        Symbol all = ops.concat(List.of(batch, ops.vector(1), ops.vector(sizes[1], sizes[2])), 0);
        Symbol made =
                ops.transposedConvolution(ops.expandDims(x, 1), ops.expandDims(kernel, 0), wide, all, Shape.of(flat));
        return ops.squeeze(made, 1);
    }

    private static int[] transposedShape(KerasConfig config, Shape x, int[] kernel, Ops.Window window, int filters) {
        List<Integer> sizes = new ArrayList<>(List.of(x.dimension(0)));
        boolean padded = config.has("output_padding");
        int[] extra = config.sizes("output_padding", kernel.length, 0);
        for (int i = 0; i < kernel.length; i++) {
            int size = x.dimension(i + 1);
            if (size < 0) {
                throw new NotLowerable("the size of its result is unknown; give the inputs fixed shapes");
            }
            int stride = window.strides()[i];
            int reach = (kernel[i] - 1) * window.dilations()[i] + 1;
            if (window.same()) {
                sizes.add(padded ? (size - 1) * stride + reach % 2 + extra[i] : Math.multiplyExact(size, stride));
            } else {
                sizes.add((size - 1) * stride + reach + (padded ? extra[i] : Math.max(reach, stride) - reach));
            }
        }
        sizes.add(filters);
        return sizes.stream().mapToInt(Integer::intValue).toArray();
    }
}
