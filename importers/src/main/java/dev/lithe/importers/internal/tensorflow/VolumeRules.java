package dev.lithe.importers.internal.tensorflow;

import static java.util.Map.entry;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.SubgraphBuilder;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Conv3DOptions;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import java.util.List;
import java.util.Map;

/// Convolutions and pools over depth, height and width.
final class VolumeRules {
    private static final int RANK = 5;

    private VolumeRules() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                entry("Conv3D", VolumeRules::conv),
                entry("Conv3DBackpropInputV2", VolumeRules::transposed),
                entry("MaxPool3D", call -> pool(call, BuiltinOperator.MAX_POOL_2D)),
                entry("AvgPool3D", call -> pool(call, BuiltinOperator.AVERAGE_POOL_2D)));
    }

    private static List<Value> conv(Call call) {
        Layout layout = Layout.of(call, RANK);
        Value x = layout.enter(call, call.input(0));
        return layout.leave(call, call.emit(BuiltinOperator.CONV_3D, options(call, layout), x, call.input(1)));
    }

    private static List<Value> transposed(Call call) {
        Layout layout = Layout.of(call, RANK);
        Value x = layout.enter(call, call.input(2));
        Value size = call.int32(0);
        if (layout.channelsFirst()) {
            int[] given = call.ints(0, "output shape");
            int[] order = layout.toLast();
            int[] moved = new int[RANK];
            for (int i = 0; i < RANK; i++) {
                moved[i] = given[order[i]];
            }
            size = call.ints(moved);
        }
        Value y = call.emitAs(
                BuiltinOperator.CONV_3D_TRANSPOSE, options(call, layout), call.type(2), size, call.input(1), x);
        return layout.leave(call, List.of(y));
    }

    private static Conv3DOptions options(Call call, Layout layout) {
        int[] strides = layout.spatial(call, "strides");
        int[] dilations = layout.spatial(call, "dilations");
        return new Conv3DOptions(
                padding(call),
                strides[0],
                strides[2],
                strides[1],
                ActivationFunctionType.NONE,
                dilations[0],
                dilations[2],
                dilations[1]);
    }

    private static Padding padding(Call call) {
        return switch (call.attributes().text("padding", "VALID")) {
            case "SAME" -> Padding.SAME;
            case "VALID" -> Padding.VALID;
            default -> throw new NotLowerable("explicit padding of volumes is not supported");
        };
    }

    /// There is no pool over volumes, but the largest and the mean of a window are those of its rows:
    /// first over height and width of each slice, then over depth. What the padding leaves out is the
    /// same for all slices, so that the
    /// mean of means is the mean.
    private static List<Value> pool(Call call, BuiltinOperator code) {
        Layout layout = Layout.of(call, RANK);
        int[] window = layout.spatial(call, "ksize");
        int[] strides = layout.spatial(call, "strides");
        Value x = layout.enter(call, call.input(0));
        Shape shape = SubgraphBuilder.shapeOf(x);
        if (shape == null || shape.rank() != RANK) {
            throw new NotLowerable("a 3D pool takes [batch, depth, height, width, channels], not " + shape);
        }
        Shape inner = Shape.of(shape.toArray()[1], shape.dimension(2), shape.dimension(3), shape.dimension(4));
        if (!inner.isKnown()) {
            throw new NotLowerable("its input has the shape " + shape + "; give the inputs fixed shapes");
        }
        Value slices = reshape(call, x, -1, inner.dimension(1), inner.dimension(2), inner.dimension(3));
        Value pooled = pool(call, code, slices, window[1], window[2], strides[1], strides[2]);
        Shape small = shapeOf(pooled);
        int area = Math.multiplyExact(small.dimension(1), small.dimension(2));
        Value columns = reshape(call, pooled, -1, inner.dimension(0), area, inner.dimension(3));
        Value y = pool(call, code, columns, window[0], 1, strides[0], 1);
        int depth = shapeOf(y).dimension(1);
        Value volume = reshape(call, y, -1, depth, small.dimension(1), small.dimension(2), inner.dimension(3));
        return layout.leave(call, List.of(volume));
    }

    private static Shape shapeOf(Value value) {
        Shape shape = SubgraphBuilder.shapeOf(value);
        if (shape == null) {
            throw new NotLowerable("the shape of a pool is unknown");
        }
        return shape;
    }

    private static Value reshape(Call call, Value x, int... shape) {
        return call.emitAs(BuiltinOperator.RESHAPE, null, call.type(0), x, call.ints(shape));
    }

    private static Value pool(
            Call call, BuiltinOperator code, Value x, int height, int width, int strideHeight, int strideWidth) {
        Pool2DOptions options =
                new Pool2DOptions(padding(call), strideWidth, strideHeight, width, height, ActivationFunctionType.NONE);
        return call.emitAs(code, options, call.type(0), x);
    }
}
