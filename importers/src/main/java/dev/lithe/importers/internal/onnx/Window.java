package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.NotLowerable;
import dev.lithe.importers.internal.build.Value;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.PadOptions;
import dev.lithe.schema.Padding;
import java.util.Arrays;

/// How a window moves over the spatial dimensions of an image: sizes are in the order of these dimensions.
///
/// @param input the image's spatial sizes, -1 where unknown
/// @param before how much is padded in front
/// @param after how much is padded behind
record Window(int[] input, int[] kernel, int[] strides, int[] dilations, int[] before, int[] after) {
    /// The window that the attributes of `node` describe.
    static Window of(OnnxNode node, Shape image, int[] kernel) {
        int spatial = image.rank() - 2;
        if (spatial < 1 || spatial > 3 || kernel.length != spatial) {
            throw new NotLowerable("an image of " + image.rank() + " dimensions with a window of " + kernel.length
                    + " is not supported");
        }
        int[] input = Arrays.copyOfRange(image.toArray(), 2, image.rank());
        int[] strides = sized(node, "strides", ones(spatial));
        int[] dilations = sized(node, "dilations", ones(spatial));
        int[] pads = node.ints("pads", new int[2 * spatial]);
        if (pads.length != 2 * spatial) {
            throw new NotLowerable("it has " + pads.length + " pads for " + spatial + " dimensions");
        }
        int[] before = Arrays.copyOf(pads, spatial);
        int[] after = Arrays.copyOfRange(pads, spatial, 2 * spatial);
        Window window = new Window(input, kernel, strides, dilations, before, after);
        return switch (node.text("auto_pad", "NOTSET")) {
            case "NOTSET" -> window;
            case "VALID" -> window.padded(new int[spatial], new int[spatial]);
            case "SAME_UPPER" -> window.same(false);
            case "SAME_LOWER" -> window.same(true);
            default -> throw new NotLowerable("auto_pad " + node.text("auto_pad", "") + " is not known");
        };
    }

    private static int[] sized(OnnxNode node, String attribute, int[] missing) {
        int[] values = node.ints(attribute, missing);
        if (values.length != missing.length || Arrays.stream(values).anyMatch(v -> v < 1)) {
            throw new NotLowerable("its " + attribute + " are " + Arrays.toString(values));
        }
        return values;
    }

    static int[] ones(int count) {
        int[] ones = new int[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    int rank() {
        return input.length;
    }

    Window padded(int[] newBefore, int[] newAfter) {
        return new Window(input, kernel, strides, dilations, newBefore, newAfter);
    }

    /// From the first to the last element under the window.
    int extent(int d) {
        return (kernel[d] - 1) * dilations[d] + 1;
    }

    private int total(int d) {
        if (input[d] == Shape.UNKNOWN) {
            if (strides[d] == 1) {
                return extent(d) - 1;
            }
            throw new NotLowerable("its padding depends on a size that is unknown; give the inputs fixed shapes");
        }
        int positions = (input[d] + strides[d] - 1) / strides[d];
        return Math.max(0, (positions - 1) * strides[d] + extent(d) - input[d]);
    }

    private Window same(boolean lower) {
        int[] front = new int[rank()];
        int[] back = new int[rank()];
        for (int d = 0; d < rank(); d++) {
            int total = total(d);
            front[d] = lower ? (total + 1) / 2 : total / 2;
            back[d] = total - front[d];
        }
        return padded(front, back);
    }

    boolean isUnpadded() {
        return Arrays.stream(before).allMatch(p -> p == 0)
                && Arrays.stream(after).allMatch(p -> p == 0);
    }

    /// Whether the padding is what LiteRT calls SAME.
    boolean isSame() {
        for (int d = 0; d < rank(); d++) {
            if (input[d] == Shape.UNKNOWN && strides[d] != 1) {
                return false;
            }
            if (before[d] != total(d) / 2 || after[d] != total(d) - total(d) / 2) {
                return false;
            }
        }
        return true;
    }

    /// VALID or SAME, once what is neither has been added by [#padded(Emitter, Value)].
    Padding padding() {
        return !isUnpadded() && isSame() ? Padding.SAME : Padding.VALID;
    }

    /// The channels-last image `x`, with zeros around it where the padding is neither VALID nor SAME.
    Value padded(Emitter graph, Value x) {
        if (isUnpadded() || isSame()) {
            return x;
        }
        return graph.emit(BuiltinOperator.PAD, new PadOptions(), Emitter.typeOf(x), x, paddings(graph));
    }

    /// The operand of PAD and the like for a channels-last image.
    Value.Known paddings(Emitter graph) {
        int[] pairs = new int[2 * (rank() + 2)];
        for (int d = 0; d < rank(); d++) {
            if (before[d] < 0 || after[d] < 0) {
                throw new NotLowerable("its padding is negative");
            }
            pairs[2 * (d + 1)] = before[d];
            pairs[2 * (d + 1) + 1] = after[d];
        }
        return graph.ints(Shape.of(rank() + 2, 2), pairs);
    }

    /// How many places the window has along dimension `d`, padding included.
    int positions(int d) {
        if (input[d] == Shape.UNKNOWN) {
            throw new NotLowerable("the size of its input is unknown; give the inputs fixed shapes");
        }
        return Math.floorDiv(input[d] + before[d] + after[d] - extent(d), strides[d]) + 1;
    }

    /// The same window over an image with a height of 1 in front of its only dimension.
    Window flat() {
        return new Window(
                new int[] {1, input[0]},
                new int[] {1, kernel[0]},
                new int[] {1, strides[0]},
                new int[] {1, dilations[0]},
                new int[] {0, before[0]},
                new int[] {0, after[0]});
    }
}
