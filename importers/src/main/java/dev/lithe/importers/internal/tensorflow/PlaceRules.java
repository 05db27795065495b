package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.ArgMaxOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.GatherOptions;
import dev.lithe.schema.PackOptions;
import dev.lithe.schema.PadV2Options;
import dev.lithe.schema.Padding;
import dev.lithe.schema.Pool2DOptions;
import dev.lithe.schema.StridedSliceOptions;
import dev.lithe.schema.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// MaxPoolWithArgmax: the largest of each window, and where in its image (or in the whole tensor) it stands.
final class PlaceRules {
    /// Each element of the window costs a slice.
    private static final int LARGEST_WINDOW = 64;

    private PlaceRules() {}

    static Map<String, Rule> rules() {
        return Map.of("MaxPoolWithArgmax", PlaceRules::pool);
    }

    private record Window(Padding padding, int[] size, int[] stride, Shape image, SpatialPadding[] along) {
        static Window of(Call call) {
            Layout layout = Layout.of(call, 4);
            Padding padding = switch (call.attributes().text("padding", "VALID")) {
                case "SAME" -> Padding.SAME;
                case "VALID" -> Padding.VALID;
                default -> throw new NotLowerable("explicit padding is not supported");
            };
            Shape x = call.shape(0);
            if (x.rank() != 4) {
                throw new NotLowerable("a pool takes [batch, height, width, channels], not " + x);
            }
            Shape image = Shape.of(x.dimension(1), x.dimension(2), x.dimension(3));
            if (!image.isKnown()) {
                throw new NotLowerable("its images have the shape " + image + "; give the inputs fixed shapes");
            }
            int[] size = layout.spatial(call, "ksize");
            int[] stride = layout.spatial(call, "strides");
            if (Math.multiplyExact(size[0], size[1]) > LARGEST_WINDOW) {
                throw new NotLowerable(
                        "its windows have " + size[0] * size[1] + " elements, more than " + LARGEST_WINDOW);
            }
            SpatialPadding[] along = new SpatialPadding[2];
            for (int d = 0; d < 2; d++) {
                along[d] = SpatialPadding.of(padding, image.dimension(d), size[d], stride[d], 1);
            }
            return new Window(padding, size, stride, image, along);
        }

        int position(int y, int x) {
            return (y * image.dimension(1) + x) * image.dimension(2);
        }
    }

    /// The elements of all windows, one slice for each place in a window, are stacked; the number of the
    /// largest leads to where it stands.
    private static List<Value> pool(Call call) {
        if (call.type(0) != TensorType.FLOAT32) {
            throw new NotLowerable("it pools " + call.type(0) + ", FLOAT32 is needed");
        }
        Window window = Window.of(call);
        Pool2DOptions options = new Pool2DOptions(
                window.padding,
                window.stride[1],
                window.stride[0],
                window.size[1],
                window.size[0],
                ActivationFunctionType.NONE);
        Value largest = call.emitAs(BuiltinOperator.MAX_POOL_2D, options, TensorType.FLOAT32, call.input(0));
        return List.of(largest, places(call, window));
    }

    private static Value places(Call call, Window window) {
        TensorType type = call.typeOf("Targmax", DataType.DT_INT64);
        List<Value> slices = new ArrayList<>();
        int[] offsets = new int[window.size[0] * window.size[1]];
        Value x = padded(call, window);
        for (int y = 0; y < window.size[0]; y++) {
            for (int z = 0; z < window.size[1]; z++) {
                offsets[slices.size()] = window.position(y, z);
                slices.add(slice(call, window, x, y, z));
            }
        }
        Value stacked = call.emitAs(
                BuiltinOperator.PACK,
                new PackOptions(slices.size(), 4),
                TensorType.FLOAT32,
                slices.toArray(Value[]::new));
        Value number = call.emitAs(
                BuiltinOperator.ARG_MAX,
                new ArgMaxOptions(TensorType.INT32),
                TensorType.INT32,
                stacked,
                call.scalarInt(4));
        Value offset = call.emitAs(
                BuiltinOperator.GATHER,
                new GatherOptions(0, 0),
                type,
                numbers(call, type, Shape.of(offsets.length), offsets),
                number);
        return Arithmetic.of(call).add(offset, corners(call, window, type));
    }

    /// What is padded is never the largest of a window.
    private static Value padded(Call call, Window window) {
        SpatialPadding rows = window.along[0];
        SpatialPadding columns = window.along[1];
        if (rows.before() + rows.after() + columns.before() + columns.after() == 0) {
            return call.input(0);
        }
        Value.Known widths = call.ints(0, 0, rows.before(), rows.after(), columns.before(), columns.after(), 0, 0)
                .withShape(call.name(), Shape.of(4, 2));
        return call.emitAs(
                BuiltinOperator.PADV2,
                new PadV2Options(),
                TensorType.FLOAT32,
                call.input(0),
                widths,
                call.scalar(TensorType.FLOAT32, -Float.MAX_VALUE));
    }

    /// Element `y`, `x` of every window.
    private static Value slice(Call call, Window window, Value values, int y, int x) {
        int batchAndChannels = 0b1001;
        int bottom = y + (window.along[0].outputSize() - 1) * window.stride[0] + 1;
        int right = x + (window.along[1].outputSize() - 1) * window.stride[1] + 1;
        return call.emitAs(
                BuiltinOperator.STRIDED_SLICE,
                new StridedSliceOptions(batchAndChannels, batchAndChannels, 0, 0, 0, false),
                TensorType.FLOAT32,
                values,
                call.ints(0, y, x, 0),
                call.ints(0, bottom, right, 0),
                call.ints(1, window.stride[0], window.stride[1], 1));
    }

    /// Where the first element of each window stands, which may be in the padding.
    private static Value corners(Call call, Window window, TensorType type) {
        boolean withBatch = call.attributes().flag("include_batch_in_index", false);
        int batch = withBatch ? call.shape(0).dimension(0) : 1;
        if (batch == Shape.UNKNOWN) {
            throw new NotLowerable("it counts over a batch of unknown size; give the inputs fixed shapes");
        }
        int channels = window.image.dimension(2);
        int rows = window.along[0].outputSize();
        int columns = window.along[1].outputSize();
        int image = Math.toIntExact(window.image.elementCount());
        Shape shape = Shape.of(batch, rows, columns, channels);
        int[] corners = new int[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < corners.length; i++) {
            int x = i / channels % columns;
            int y = i / channels / columns % rows;
            int from = window.position(
                    y * window.stride[0] - window.along[0].before(), x * window.stride[1] - window.along[1].before());
            corners[i] = Math.addExact(Math.multiplyExact(i / channels / columns / rows, image), from + i % channels);
        }
        return numbers(call, type, shape, corners);
    }

    private static Value.Known numbers(Call call, TensorType type, Shape shape, int[] values) {
        if (type == TensorType.INT32) {
            return Value.Known.of(call.name(), Tensor.of(shape, values));
        }
        long[] wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return Value.Known.of(call.name(), Tensor.of(shape, wide));
    }
}
