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
import dev.lithe.schema.TensorType;
import java.util.List;

/// MaxPool3D and AvgPool3D: the largest float, or the mean, of each window over depth, height and width. What a window
/// covers outside of the input does not count.
///
/// @param largest the largest, otherwise the mean
record Pool3D(boolean largest) implements CustomKernel {
    /// Sizes and strides of depth, height and width.
    private record Window(Padding padding, int[] size, int[] stride) {
        static Window of(Bytes bytes) {
            CustomOptions options = CustomOptions.of(bytes);
            if (!options.text("data_format", "NDHWC").equals("NDHWC")) {
                throw new IllegalArgumentException("data_format is " + options.text("data_format", ""));
            }
            int[] size = options.integers("ksize", 5);
            int[] stride = options.integers("strides", 5);
            for (int d = 0; d < 5; d++) {
                boolean outer = d == 0 || d == 4;
                if (outer ? size[d] != 1 || stride[d] != 1 : size[d] < 1 || stride[d] < 1) {
                    throw new IllegalArgumentException("no window has sizes and strides like these");
                }
            }
            return new Window(Padding.valueOf(options.text("padding", "VALID")), size, stride);
        }
    }

    @Override
    public List<Shape> shapes(Bytes options, ShapeContext context) {
        Shape x = context.input(0);
        if (x.rank() != 5) {
            throw new ShapeException("a 3D pool takes [batch, depth, height, width, channels], not " + x);
        }
        Window window = Window.of(options);
        Shape y = x;
        for (int d = 1; d < 4; d++) {
            int size = SpatialPadding.outputSize(window.padding, x.dimension(d), window.size[d], window.stride[d], 1);
            y = y.withDimension(d, size);
        }
        return List.of(y);
    }

    @Override
    public Kernel prepare(Bytes options, KernelSetup setup) {
        Window window = Window.of(options);
        if (setup.input(0).type() != TensorType.FLOAT32) {
            throw new IllegalArgumentException(
                    "takes FLOAT32, not " + setup.input(0).type());
        }
        return context -> run(window, context);
    }

    private void run(Window window, KernelContext context) {
        Shape x = context.input(0).shape();
        Shape y = context.output(0).shape();
        int[] before = new int[5];
        for (int d = 1; d < 4; d++) {
            before[d] = SpatialPadding.of(window.padding, x.dimension(d), window.size[d], window.stride[d], 1)
                    .before();
        }
        int[] from = new int[5];
        int[] to = new int[5];
        int output = 0;
        for (int batch = 0; batch < y.dimension(0); batch++) {
            for (int position = 0; position < y.flatSize(1, 4); position++) {
                int rest = position;
                for (int d = 3; d > 0; d--) {
                    int start = rest % y.dimension(d) * window.stride[d] - before[d];
                    rest /= y.dimension(d);
                    from[d] = Math.max(start, 0);
                    to[d] = Math.min(start + window.size[d], x.dimension(d));
                }
                for (int channel = 0; channel < x.dimension(4); channel++) {
                    context.output(0).floats()[output++] = pool(context.input(0), batch, from, to, channel);
                }
            }
        }
    }

    private float pool(Tensor x, int batch, int[] from, int[] to, int channel) {
        Shape shape = x.shape();
        float[] values = x.floats();
        float sum = 0;
        float best = Float.NEGATIVE_INFINITY;
        int count = 0;
        for (int d = from[1]; d < to[1]; d++) {
            for (int h = from[2]; h < to[2]; h++) {
                for (int w = from[3]; w < to[3]; w++, count++) {
                    int plane = (batch * shape.dimension(1) + d) * shape.dimension(2) + h;
                    float value = values[(plane * shape.dimension(3) + w) * shape.dimension(4) + channel];
                    sum += value;
                    best = Math.max(best, value);
                }
            }
        }
        return largest ? best : sum / count;
    }
}
