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
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.OperatorOptions;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.TransposeConvOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Convolutions. Filters turn from TensorFlow's layout into that of the format, and each gets a
/// bias of zeros, into which later passes fold what follows.
final class ConvolutionRules {
    private static final int[] HWIO_TO_OHWI = {3, 0, 1, 2};
    private static final int[] HWOI_TO_OHWI = {2, 0, 1, 3};

    private ConvolutionRules() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "Conv2D", ConvolutionRules::conv,
                "DepthwiseConv2dNative", ConvolutionRules::depthwise,
                "Conv2DBackpropInput", ConvolutionRules::transposed);
    }

    /// Strides and dilations along height and width, and what padding is left once an explicit one
    /// became a PAD.
    private record Window(Layout layout, Value input, Padding padding, int[] strides, int[] dilations) {}

    private static Window window(Call call, int image) {
        Layout layout = Layout.of(call, 4);
        int[] strides = layout.spatial(call, "strides");
        int[] dilations = layout.spatial(call, "dilations");
        Value input = call.cast(layout.enter(call, call.input(image)), TensorType.FLOAT32);
        String padding = call.attributes().text("padding", "VALID");
        return switch (padding) {
            case "SAME" -> new Window(layout, input, Padding.SAME, strides, dilations);
            case "VALID" -> new Window(layout, input, Padding.VALID, strides, dilations);
            case "EXPLICIT" -> new Window(layout, padded(call, input, layout), Padding.VALID, strides, dilations);
            default -> throw new NotLowerable("padding " + padding + " is not known");
        };
    }

    private static Value padded(Call call, Value input, Layout layout) {
        if (call.node().op().equals("Conv2DBackpropInput")) {
            throw new NotLowerable("explicit padding of a transposed convolution is not supported");
        }
        Value.Known paddings = call.ints(layout.explicitPaddings(call)).withShape(call.name(), Shape.of(4, 2));
        return call.emitAs(BuiltinOperator.PAD, new PadOptions(), TensorType.FLOAT32, input, paddings);
    }

    /// The result in the type and layout that the node has.
    private static List<Value> finished(
            Call call, Window window, BuiltinOperator code, OperatorOptions options, Value... operands) {
        Value y = call.emitAs(code, options, TensorType.FLOAT32, operands);
        return window.layout.leave(
                call, List.of(call.cast(y, call.type(call.inputs().size() == 3 ? 2 : 0))));
    }

    /// Inputs: the shape of the result, filters [height, width, outputs, inputs], and the image.
    private static List<Value> transposed(Call call) {
        Window window = window(call, 2);
        requireRank4(call);
        for (int dilation : window.dilations) {
            if (dilation != 1) {
                throw new NotLowerable("it is dilated, and there is no dilated transposed convolution");
            }
        }
        Value filter =
                Transposition.of(call.graph(), call.name(), call.cast(call.input(1), TensorType.FLOAT32), HWOI_TO_OHWI);
        return finished(
                call,
                window,
                BuiltinOperator.TRANSPOSE_CONV,
                new TransposeConvOptions(
                        window.padding,
                        window.strides[1],
                        window.strides[0],
                        ActivationFunctionType.NONE,
                        TensorType.FLOAT32),
                resultShape(call, window.layout),
                filter,
                window.input);
    }

    private static Value resultShape(Call call, Layout layout) {
        Value shape = call.int32(0);
        if (!layout.channelsFirst()) {
            return shape;
        }
        Value order = call.ints(layout.toLast());
        return shape instanceof Value.Known
                ? call.ints(Arrays.stream(layout.toLast())
                        .map(i -> call.ints(0, "output shape")[i])
                        .toArray())
                : call.emitAs(BuiltinOperator.GATHER, new GatherOptions(0, 0), TensorType.INT32, shape, order);
    }

    private static List<Value> conv(Call call) {
        Window window = window(call, 0);
        requireRank4(call);
        Value filter =
                Transposition.of(call.graph(), call.name(), call.cast(call.input(1), TensorType.FLOAT32), HWIO_TO_OHWI);
        Value bias = zeros(call, call.shape(1).dimension(3));
        return finished(
                call,
                window,
                BuiltinOperator.CONV_2D,
                new Conv2DOptions(
                        window.padding,
                        window.strides[1],
                        window.strides[0],
                        ActivationFunctionType.NONE,
                        window.dilations[1],
                        window.dilations[0],
                        TensorType.FLOAT32),
                window.input,
                filter,
                bias);
    }

    private static List<Value> depthwise(Call call) {
        Window window = window(call, 0);
        requireRank4(call);
        Shape shape = call.shape(1);
        int multiplier = shape.dimension(3);
        int channels = Math.multiplyExact(shape.dimension(2), multiplier);
        // Height, width, channel, multiplier lie in memory as 1, height, width, channel * multiplier do.
        Shape flat = Shape.of(1, shape.dimension(0), shape.dimension(1), channels);
        Value given = call.cast(call.input(1), TensorType.FLOAT32);
        Value filter = given instanceof Value.Known known
                ? known.withShape(call.name(), flat)
                : call.emitAs(BuiltinOperator.RESHAPE, null, TensorType.FLOAT32, given, call.ints(flat.toArray()));
        return finished(
                call,
                window,
                BuiltinOperator.DEPTHWISE_CONV_2D,
                new DepthwiseConv2DOptions(
                        window.padding,
                        window.strides[1],
                        window.strides[0],
                        multiplier,
                        ActivationFunctionType.NONE,
                        window.dilations[1],
                        window.dilations[0]),
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
