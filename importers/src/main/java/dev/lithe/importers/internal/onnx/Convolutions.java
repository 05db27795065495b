package dev.lithe.importers.internal.onnx;

import static java.util.Map.entry;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.Conv3DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Convolutions over one, two and three dimensions. Images become channels-last, weights are turned when
/// they are written.
final class Convolutions {
    private Convolutions() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Conv", Convolutions::conv),
                entry("com.microsoft::FusedConv", FusedConvolutions::fused),
                entry("ConvTranspose", TransposedConvolutions::lower));
    }

    static List<Laid> conv(Call call) {
        Value bias =
                call.has(2) ? call.plain(2) : zeros(call.graph(), call.shape(1).dimension(0));
        return Call.one(conv(call, call.input(0), call.input(1), bias));
    }

    static Laid conv(Call call, Laid x, Laid weights, Value bias) {
        if (!weights.shape().isKnown() || weights.rank() != x.rank()) {
            throw new NotLowerable("its weights have the shape " + weights.shape());
        }
        int[] kernel = Arrays.copyOfRange(weights.shape().toArray(), 2, weights.rank());
        Window window = Window.of(call.node(), x.shape(), call.node().ints("kernel_shape", kernel));
        int groups = Math.toIntExact(call.node().integer("group", 1));
        if (groups < 1
                || x.shape().dimension(1) != (long) groups * weights.shape().dimension(1)) {
            throw new NotLowerable("its input has " + x.shape().dimension(1) + " channels, its weights take "
                    + weights.shape().dimension(1) + " in each of " + groups + " groups");
        }
        Emitter graph = call.graph();
        return switch (window.rank()) {
            case 1 -> flat(graph, x, weights, bias, window, groups);
            case 2 -> Laid.image(plane(graph, x.as(graph, Orders.channelsLast(4)), weights, bias, window, groups));
            default -> volume(graph, x, weights, bias, window, groups);
        };
    }

    static Value.Known zeros(Emitter graph, int channels) {
        return new Value.Known(
                graph.name(),
                TensorType.FLOAT32,
                Shape.of(channels),
                Constant.of(new byte[Math.multiplyExact(4, channels)]));
    }

    // ---- one dimension: an image of height 1

    private static Laid flat(Emitter graph, Laid x, Laid weights, Value bias, Window window, int groups) {
        Value image = lifted(graph, x);
        Laid filter = Reshapes.unsqueeze(graph, weights, 2);
        return lowered(graph, plane(graph, image, filter, bias, window.flat(), groups));
    }

    /// A sequence as an image of height 1.
    static Value lifted(Emitter graph, Laid x) {
        Value sequence = x.as(graph, Orders.channelsLast(3));
        Shape shape = Emitter.shapeOf(sequence);
        return graph.reshape(sequence, Shape.of(shape.dimension(0), 1, shape.dimension(1), shape.dimension(2)));
    }

    /// An image of height 1 as a sequence.
    static Laid lowered(Emitter graph, Value image) {
        Shape shape = Emitter.shapeOf(image);
        return Laid.image(graph.reshape(image, Shape.of(shape.dimension(0), shape.dimension(2), shape.dimension(3))));
    }

    // ---- two dimensions

    private static Value plane(Emitter graph, Value image, Laid weights, Value bias, Window window, int groups) {
        Value x = window.padded(graph, image);
        int channels = Emitter.shapeOf(image).dimension(3);
        boolean depthwise = groups > 1 && groups == channels;
        // Outputs, channels, height, width in either case; each output channel has one input channel here.
        Value filter = weights.as(graph, depthwise ? new int[] {1, 2, 3, 0} : new int[] {0, 2, 3, 1});
        if (depthwise) {
            return graph.emit(
                    BuiltinOperator.DEPTHWISE_CONV_2D,
                    new DepthwiseConv2DOptions(
                            window.padding(),
                            window.strides()[1],
                            window.strides()[0],
                            weights.shape().dimension(0) / channels,
                            ActivationFunctionType.NONE,
                            window.dilations()[1],
                            window.dilations()[0]),
                    TensorType.FLOAT32,
                    x,
                    filter,
                    bias);
        }
        return graph.emit(
                BuiltinOperator.CONV_2D,
                new Conv2DOptions(
                        window.padding(),
                        window.strides()[1],
                        window.strides()[0],
                        ActivationFunctionType.NONE,
                        window.dilations()[1],
                        window.dilations()[0],
                        TensorType.FLOAT32),
                TensorType.FLOAT32,
                x,
                filter,
                bias);
    }

    // ---- three dimensions

    private static Laid volume(Emitter graph, Laid x, Laid weights, Value bias, Window window, int groups) {
        Value padded = window.padded(graph, x.as(graph, Orders.channelsLast(5)));
        Conv3DOptions options = options(window);
        int[] filterOrder = {2, 3, 4, 1, 0};
        if (groups == 1) {
            return Laid.image(graph.emit(
                    BuiltinOperator.CONV_3D,
                    options,
                    TensorType.FLOAT32,
                    padded,
                    weights.as(graph, filterOrder),
                    bias));
        }
        List<Laid> parts = new ArrayList<>();
        List<Laid> images = Splitting.even(graph, Laid.image(padded), 1, groups);
        List<Laid> filters = Splitting.even(graph, weights, 0, groups);
        List<Laid> biases = Splitting.even(graph, Laid.plain(bias), 0, groups);
        for (int g = 0; g < groups; g++) {
            parts.add(Laid.image(graph.emit(
                    BuiltinOperator.CONV_3D,
                    options,
                    TensorType.FLOAT32,
                    images.get(g).as(graph, Orders.channelsLast(5)),
                    filters.get(g).as(graph, filterOrder),
                    biases.get(g).plain(graph))));
        }
        return Movements.concat(graph, parts, 1);
    }

    static Conv3DOptions options(Window window) {
        return new Conv3DOptions(
                window.padding(),
                window.strides()[0],
                window.strides()[2],
                window.strides()[1],
                ActivationFunctionType.NONE,
                window.dilations()[0],
                window.dilations()[2],
                window.dilations()[1]);
    }
}
