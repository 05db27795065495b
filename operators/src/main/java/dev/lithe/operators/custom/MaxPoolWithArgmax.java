package dev.lithe.operators.custom;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.CustomKernel;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.SpatialPadding;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.Padding;
import java.util.List;

/// MaxPoolWithArgmax: the largest float of each window, and where it stands: `(y * width + x) * channels + channel`,
/// counted from the start of its image or (`include_batch_in_index`) of the tensor. Of equal ones the first counts.
final class MaxPoolWithArgmax implements CustomKernel {
    private record Window(Padding padding, int[] size, int[] stride, boolean withBatch) {
        static Window of(Bytes bytes) {
            CustomOptions options = CustomOptions.of(bytes);
            int[] size = options.integers("ksize", 4);
            int[] stride = options.integers("strides", 4);
            if (size[0] != 1 || size[3] != 1 || stride[0] != 1 || stride[3] != 1) {
                throw new IllegalArgumentException("windows cover one image and one channel");
            }
            if (size[1] < 1 || size[2] < 1 || stride[1] < 1 || stride[2] < 1) {
                throw new IllegalArgumentException("windows have sizes and strides above 0");
            }
            Padding padding = Padding.valueOf(options.text("padding", "VALID"));
            return new Window(padding, size, stride, options.flag("include_batch_in_index"));
        }

        SpatialPadding along(int dimension, int inputSize) {
            return SpatialPadding.of(padding, inputSize, size[dimension], stride[dimension], 1);
        }
    }

    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        Shape x = context.input(0);
        if (x.rank() != 4) {
            throw new ShapeException("a pool takes [batch, height, width, channels], not " + x);
        }
        Window window = Window.of(options);
        Shape y = x;
        for (int d = 1; d < 3; d++) {
            y = y.withDimension(
                    d, SpatialPadding.outputSize(window.padding, x.dimension(d), window.size[d], window.stride[d], 1));
        }
        return List.of(y, y);
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        Window window = Window.of(options);
        return context -> run(window, context);
    }

    private static void run(Window window, KernelContext context) {
        Shape shape = context.input(0).shape();
        Shape pooled = context.output(0).shape();
        int channels = shape.dimension(3);
        SpatialPadding rows = window.along(1, shape.dimension(1));
        SpatialPadding columns = window.along(2, shape.dimension(2));
        int output = 0;
        for (int batch = 0; batch < shape.dimension(0); batch++) {
            for (int y = 0; y < pooled.dimension(1); y++) {
                int top = y * window.stride[1] - rows.before();
                for (int x = 0; x < pooled.dimension(2); x++) {
                    int left = x * window.stride[2] - columns.before();
                    for (int channel = 0; channel < channels; channel++) {
                        largest(window, context, batch, top, left, channel, output++);
                    }
                }
            }
        }
    }

    private static void largest(
            Window window, KernelContext context, int batch, int top, int left, int channel, int output) {
        Tensor input = context.input(0);
        float[] values = input.floats();
        int height = input.shape().dimension(1);
        int width = input.shape().dimension(2);
        int channels = input.shape().dimension(3);
        int image = batch * height * width * channels;
        int best = -1;
        for (int h = Math.max(top, 0); h < Math.min(top + window.size[1], height); h++) {
            for (int w = Math.max(left, 0); w < Math.min(left + window.size[2], width); w++) {
                int index = image + (h * width + w) * channels + channel;
                best = best < 0 || values[index] > values[best] ? index : best;
            }
        }
        context.output(0).floats()[output] = values[best];
        int place = window.withBatch ? best : best - image;
        if (context.output(1).array() instanceof long[] places) {
            places[output] = place;
        } else {
            context.output(1).ints()[output] = place;
        }
    }
}
