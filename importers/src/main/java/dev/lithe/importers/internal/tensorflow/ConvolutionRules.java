package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Constant;
import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Transposition;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv2DOptions;
import dev.lithe.schema.DepthwiseConv2DOptions;
import dev.lithe.schema.Ints;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Map;

/// Convolutions. Filters turn from TensorFlow's layout into that of the format, and each gets a
/// bias of zeros, into which later passes fold what follows.
final class ConvolutionRules {
    private static final int[] HWIO_TO_OHWI = {3, 0, 1, 2};

    private ConvolutionRules() {}

    static Map<String, Rule> rules() {
        return Map.of("Conv2D", ConvolutionRules::conv, "DepthwiseConv2dNative", ConvolutionRules::depthwise);
    }

    /// Strides and dilations along height and width, and what padding is left once an explicit one
    /// became a PAD.
    private record Window(Value input, Padding padding, Ints strides, Ints dilations) {}

    private static Window window(Call call) {
        call.requireChannelsLast();
        Ints strides = spatial(call, "strides");
        Ints dilations = spatial(call, "dilations");
        String padding = call.attributes().text("padding", "VALID");
        return switch (padding) {
            case "SAME" -> new Window(call.input(0), Padding.SAME, strides, dilations);
            case "VALID" -> new Window(call.input(0), Padding.VALID, strides, dilations);
            case "EXPLICIT" -> new Window(padded(call), Padding.VALID, strides, dilations);
            default -> throw new NotLowerable("padding " + padding + " is not known");
        };
    }

    private static Ints spatial(Call call, String attribute) {
        List<Long> values = call.attributes().integers(attribute);
        if (values.isEmpty()) {
            return Ints.of(1, 1);
        }
        if (values.size() != 4 || values.get(0) != 1 || values.get(3) != 1) {
            throw new NotLowerable(attribute + " " + values + " go along batch or channels");
        }
        return Ints.of(Math.toIntExact(values.get(1)), Math.toIntExact(values.get(2)));
    }

    private static Value padded(Call call) {
        List<Long> pads = call.attributes().integers("explicit_paddings");
        if (pads.size() != 8) {
            throw new NotLowerable("its explicit padding has " + pads.size() + " numbers, 8 are needed");
        }
        int[] flat = pads.stream().mapToInt(Long::intValue).toArray();
        Value.Known paddings = Value.Known.ints(call.name(), flat).withShape(call.name(), Shape.of(4, 2));
        return call.graph()
                .emit(
                        BuiltinOperator.PAD,
                        new PadOptions(),
                        call.name(),
                        call.type(0),
                        List.of(call.input(0), paddings));
    }

    private static List<Value> conv(Call call) {
        Window window = window(call);
        requireRank4(call);
        Value filter = Transposition.of(call.graph(), call.name(), call.input(1), HWIO_TO_OHWI);
        Value bias = zeros(call, call.shape(1).dimension(3));
        return call.emit(
                BuiltinOperator.CONV_2D,
                new Conv2DOptions(
                        window.padding,
                        window.strides.get(1),
                        window.strides.get(0),
                        ActivationFunctionType.NONE,
                        window.dilations.get(1),
                        window.dilations.get(0),
                        TensorType.FLOAT32),
                window.input,
                filter,
                bias);
    }

    private static List<Value> depthwise(Call call) {
        Window window = window(call);
        requireRank4(call);
        Shape shape = call.shape(1);
        int multiplier = shape.dimension(3);
        int channels = Math.multiplyExact(shape.dimension(2), multiplier);
        // Height, width, channel, multiplier lie in memory as 1, height, width, channel * multiplier do.
        Shape flat = Shape.of(1, shape.dimension(0), shape.dimension(1), channels);
        Value filter = call.input(1) instanceof Value.Known known
                ? known.withShape(call.name(), flat)
                : call.graph()
                        .emit(
                                BuiltinOperator.RESHAPE,
                                null,
                                call.name(),
                                call.type(1),
                                List.of(call.input(1), Value.Known.ints(call.name(), flat.toArray())));
        return call.emit(
                BuiltinOperator.DEPTHWISE_CONV_2D,
                new DepthwiseConv2DOptions(
                        window.padding,
                        window.strides.get(1),
                        window.strides.get(0),
                        multiplier,
                        ActivationFunctionType.NONE,
                        window.dilations.get(1),
                        window.dilations.get(0)),
                window.input,
                filter,
                zeros(call, channels));
    }

    private static void requireRank4(Call call) {
        Shape filter = call.shape(1);
        if (filter.rank() != 4 || !filter.isKnown()) {
            throw new NotLowerable("its filter has the shape " + filter + ", four known dimensions are needed");
        }
    }

    private static Value.Known zeros(Call call, int channels) {
        Shape shape = Shape.of(channels);
        return new Value.Known(call.name(), TensorType.FLOAT32, shape, Constant.of(new byte[4 * channels]));
    }
}
