package dev.lithe.importers.internal.keras;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.proto.AttrValue;
import dev.lithe.importers.internal.proto.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Adds products, convolutions and pools, in the form in which TensorFlow's own functions do.
final class Ops extends LayoutOps {
    Ops(GraphWriter graph) {
        super(graph);
    }

    Symbol matmul(Symbol a, Symbol b) {
        requireInner(a, b);
        Map<String, AttrValue> attributes =
                Map.of("T", typed(a), "transpose_a", Attr.flag(false), "transpose_b", Attr.flag(false));
        return graph.add("MatMul", "MatMul", a.type(), Shape.of(a.size(0), b.size(1)), attributes, a, b);
    }

    /// The product of matrices along the last two dimensions, of two values or of vectors, as `matmul`
    /// of Keras takes them.
    Symbol product(Symbol a, Symbol b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw new NotLowerable("it multiplies " + a.shape() + " with " + b.shape());
        }
        if (a.rank() == 2 && b.rank() == 2) {
            return matmul(a, b);
        }
        if (a.rank() < 2 || b.rank() < 2) {
            Symbol wideA = a.rank() == 1 ? expandDims(a, 0) : a;
            Symbol wideB = b.rank() == 1 ? expandDims(b, 1) : b;
            Symbol result = product(wideA, wideB);
            Symbol less = b.rank() == 1 ? squeeze(result, -1) : result;
            return a.rank() == 1 ? squeeze(less, b.rank() == 1 ? -1 : -2) : less;
        }
        return batchMatmul(a, b);
    }

    Symbol batchMatmul(Symbol a, Symbol b) {
        requireInner(a, b);
        Shape batch = broadcast(
                shape(list(a.shape()).subList(0, a.rank() - 2)),
                shape(list(b.shape()).subList(0, b.rank() - 2)));
        List<Integer> sizes = new ArrayList<>(list(batch));
        sizes.add(a.size(-2));
        sizes.add(b.size(-1));
        Map<String, AttrValue> attributes = Map.of("T", typed(a), "adj_x", Attr.flag(false), "adj_y", Attr.flag(false));
        return graph.add("BatchMatMulV2", "MatMul", a.type(), shape(sizes), attributes, a, b);
    }

    private static void requireInner(Symbol a, Symbol b) {
        int left = a.size(-1);
        int right = b.size(-2);
        if (left >= 0 && right >= 0 && left != right) {
            throw new NotLowerable("it multiplies " + a.shape() + " with " + b.shape());
        }
    }

    /// The last dimension of `x` times the matrix `kernel`, for any number of dimensions before it.
    Symbol tensordot(Symbol x, Symbol kernel) {
        requireInner(x, kernel);
        int last = x.rank() - 1;
        Symbol sizes = shapeOf(x);
        Symbol leading = gather(sizes, vector(IntStream.range(0, last).toArray()), 0);
        Symbol inner = gather(sizes, vector(last), 0);
        Symbol rows = reduce("Prod", leading, false, 0);
        Symbol columns = reduce("Prod", inner, false, 0);
        Shape flat = resolved(x.shape(), new int[] {-1, x.size(last)});
        Symbol matrix = reshapeTo(x, pack("stack", List.of(rows, columns), 0), flat);
        Symbol result = matmul(matrix, kernel);
        Symbol shape = concat(List.of(leading, vector(kernel.size(1))), 0);
        return reshapeTo(result, shape, x.shape().withDimension(last, kernel.size(1)));
    }

    Symbol biasAdd(Symbol x, Symbol bias) {
        Map<String, AttrValue> attributes = Map.of("T", typed(x), "data_format", Attr.text("NHWC"));
        return graph.add("BiasAdd", "BiasAdd", x.type(), x.shape(), attributes, x, bias);
    }

    /// How a kernel moves: one number for each spatial dimension.
    record Window(int[] strides, int[] dilations, boolean same) {
        boolean dilated() {
            return Arrays.stream(dilations).anyMatch(d -> d > 1);
        }

        Window withoutDilation() {
            int[] ones = new int[dilations.length];
            Arrays.fill(ones, 1);
            return new Window(strides, ones, false);
        }
    }

    /// A convolution or depthwise convolution over two dimensions.
    ///
    /// @param op `Conv2D` or `DepthwiseConv2dNative`
    Symbol convolution2d(String op, Symbol x, Symbol kernel, Window window) {
        boolean plain = Arrays.stream(window.strides).allMatch(s -> s == 1);
        boolean known = x.size(1) >= 0 && x.size(2) >= 0;
        if (window.dilated() && plain && known) {
            return interleaved(x, kernel, window, parts -> strided(op, parts, kernel, window.withoutDilation()));
        }
        return strided(op, x, kernel, window);
    }

    private Symbol strided(String op, Symbol x, Symbol kernel, Window window) {
        boolean depthwise = op.startsWith("Depthwise");
        int channels = depthwise ? Math.multiplyExact(kernel.size(-2), kernel.size(-1)) : kernel.size(-1);
        Map<String, AttrValue> attributes = windowed(x, window.strides, window.dilations, window.same);
        return graph.add(
                op, "convolution", x.type(), convolved(x.shape(), kernel, window, channels), attributes, x, kernel);
    }

    private static Shape convolved(Shape x, Symbol kernel, Window window, int channels) {
        int[] sizes = x.toArray();
        for (int i = 0; i < window.strides.length; i++) {
            int reach = (kernel.size(i) - 1) * window.dilations[i] + 1;
            sizes[i + 1] = placed(sizes[i + 1], reach, window.strides[i], window.same);
        }
        sizes[sizes.length - 1] = channels;
        return Shape.of(sizes);
    }

    private static int placed(int size, int reach, int stride, boolean same) {
        if (size < 0) {
            return size;
        }
        if (!same && size < reach) {
            throw new NotLowerable("its window of " + reach + " is larger than the " + size + " that it moves over");
        }
        return Math.ceilDiv(same ? size : size - reach + 1, stride);
    }

    private static Map<String, AttrValue> windowed(Symbol x, int[] strides, int[] dilations, boolean same) {
        return new HashMap<>(Map.of(
                "T", typed(x),
                "strides", Attr.integers(framed(strides)),
                "dilations", Attr.integers(framed(dilations)),
                "padding", Attr.text(same ? "SAME" : "VALID"),
                "data_format", Attr.text(strides.length == 3 ? "NDHWC" : "NHWC")));
    }

    private static int[] framed(int[] spatial) {
        int[] all = new int[spatial.length + 2];
        all[0] = 1;
        all[all.length - 1] = 1;
        System.arraycopy(spatial, 0, all, 1, spatial.length);
        return all;
    }

    /// A dilated convolution as TensorFlow writes it: a plain one on the parts between which it skips.
    Symbol interleaved(Symbol x, Symbol kernel, Window window, java.util.function.UnaryOperator<Symbol> plain) {
        int count = window.dilations.length;
        int[] pads = new int[2 * count];
        int[] crops = new int[2 * count];
        int[] sizes = x.shape().toArray();
        int[] restored = x.shape().toArray();
        for (int i = 0; i < count; i++) {
            int block = window.dilations[i];
            int total = window.same ? (kernel.size(kernel.rank() - 2 - count + i) - 1) * block : 0;
            int extra = Math.floorMod(-(sizes[i + 1] + total), block);
            pads[2 * i] = total / 2;
            pads[2 * i + 1] = total - total / 2 + extra;
            crops[2 * i + 1] = extra;
            sizes[i + 1] = (sizes[i + 1] + total + extra) / block;
        }
        sizes[0] = Shape.UNKNOWN;
        Symbol block = vector(window.dilations);
        Symbol parts = graph.add(
                "SpaceToBatchND",
                "SpaceToBatchND",
                x.type(),
                Shape.of(sizes),
                Map.of("T", typed(x)),
                x,
                block,
                integers(Shape.of(count, 2), pads));
        Symbol result = plain.apply(parts);
        for (int i = 0; i < count; i++) {
            restored[i + 1] = result.size(i + 1) * window.dilations[i] - crops[2 * i + 1];
        }
        restored[restored.length - 1] = result.size(-1);
        return graph.add(
                "BatchToSpaceND",
                "BatchToSpaceND",
                x.type(),
                Shape.of(restored),
                Map.of("T", typed(x)),
                result,
                block,
                integers(Shape.of(count, 2), crops));
    }

    /// A convolution over one dimension, as one over two of which the first has size 1.
    Symbol convolution1d(Symbol x, Symbol kernel, Window window) {
        boolean plain = window.strides[0] == 1;
        if (window.dilated() && plain && x.size(1) >= 0) {
            return interleaved(x, kernel, window, parts -> convolution1d(parts, kernel, window.withoutDilation()));
        }
        Window wide = new Window(new int[] {1, window.strides[0]}, new int[] {1, window.dilations[0]}, window.same);
        return squeeze(strided("Conv2D", expandDims(x, -3), expandDims(kernel, 0), wide), -3);
    }

    Symbol convolution3d(Symbol x, Symbol kernel, Window window) {
        Map<String, AttrValue> attributes = windowed(x, window.strides, window.dilations, window.same);
        Shape shape = convolved(x.shape(), kernel, window, kernel.size(-1));
        return graph.add("Conv3D", "convolution", x.type(), shape, attributes, x, kernel);
    }

    /// The reverse of a convolution.
    ///
    /// @param sizes the shape of the result, as a value; `shape` as far as it is known
    Symbol transposedConvolution(Symbol x, Symbol kernel, Window window, Symbol sizes, Shape shape) {
        boolean cube = window.strides.length == 3;
        String op = cube ? "Conv3DBackpropInputV2" : "Conv2DBackpropInput";
        Map<String, AttrValue> attributes = windowed(x, window.strides, window.dilations, window.same);
        return graph.add(op, "conv_transpose", x.type(), shape, attributes, sizes, kernel, x);
    }

    /// @param op `MaxPool`, `AvgPool`, `MaxPool3D` or `AvgPool3D`
    Symbol pool(String op, Symbol x, int[] size, int[] strides, boolean same) {
        int[] shape = x.shape().toArray();
        for (int i = 0; i < size.length; i++) {
            shape[i + 1] = placed(shape[i + 1], size[i], strides[i], same);
        }
        Map<String, AttrValue> attributes = Map.of(
                "T", typed(x),
                "ksize", Attr.integers(framed(size)),
                "strides", Attr.integers(framed(strides)),
                "padding", Attr.text(same ? "SAME" : "VALID"),
                "data_format", Attr.text(size.length == 3 ? "NDHWC" : "NHWC"));
        return graph.add(op, op, x.type(), Shape.of(shape), attributes, x);
    }

    /// A softmax along `axis`; TensorFlow's own goes along the last.
    Symbol softmax(String op, Symbol x, int axis) {
        int along = axis(axis, x.rank());
        if (along == x.rank() - 1) {
            return unary(op, x);
        }
        int[] swap = IntStream.range(0, x.rank()).toArray();
        swap[along] = x.rank() - 1;
        swap[x.rank() - 1] = along;
        return transpose(unary(op, transpose(x, swap)), swap);
    }

    /// @param op `ResizeBilinear` or `ResizeNearestNeighbor`
    Symbol resize(String op, Symbol x, int height, int width, boolean halfPixelCenters) {
        Map<String, AttrValue> attributes = Map.of(
                "T", typed(x),
                "align_corners", Attr.flag(false),
                "half_pixel_centers", Attr.flag(halfPixelCenters));
        DataType type = op.equals("ResizeBilinear") ? DataType.DT_FLOAT : x.type();
        Shape shape = Shape.of(x.size(0), height, width, x.size(3));
        return graph.add(op, op, type, shape, attributes, x, vector(height, width));
    }

    /// `values` where its dimensions are named by the letters of `equation`, as `einsum` has it.
    Symbol einsum(String equation, Shape shape, List<Symbol> values) {
        Map<String, AttrValue> attributes = Map.of(
                "T", typed(values.getFirst()),
                "N", Attr.integer(values.size()),
                "equation", Attr.text(equation));
        return graph.add(
                "Einsum", "Einsum", values.getFirst().type(), shape, attributes, values.toArray(Symbol[]::new));
    }
}
