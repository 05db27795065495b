package dev.lithe.operators.support;

import dev.lithe.graph.Tensor;
import java.util.Arrays;

/// Sets elements of a tensor of any type to one value.
public final class ElementFill {
    private static final byte[] EMPTY = new byte[0];

    private ElementFill() {}

    /// All elements to 0: false, the stored integer 0, the empty string.
    public static void zeros(Tensor to) {
        zeros(to, 0, to.elementCount());
    }

    /// `count` elements from `start` on to 0.
    public static void zeros(Tensor to, int start, int count) {
        int units = Tensor.unitsPerElement(to.type());
        int from = start * units;
        int end = from + count * units;
        switch (to.array()) {
            case byte[] a -> Arrays.fill(a, from, end, (byte) 0);
            case short[] a -> Arrays.fill(a, from, end, (short) 0);
            case int[] a -> Arrays.fill(a, from, end, 0);
            case long[] a -> Arrays.fill(a, from, end, 0);
            case float[] a -> Arrays.fill(a, from, end, 0);
            case double[] a -> Arrays.fill(a, from, end, 0);
            default -> Arrays.fill((byte[][]) to.array(), from, end, EMPTY);
        }
    }

    /// All elements to the first one of `value`, a tensor of the same type.
    public static void with(Tensor to, Tensor value) {
        int count = to.elementCount();
        switch (to.array()) {
            case byte[] a -> Arrays.fill(a, 0, count, value.bytes()[0]);
            case short[] a -> Arrays.fill(a, 0, count, value.shorts()[0]);
            case int[] a -> Arrays.fill(a, 0, count, value.ints()[0]);
            case long[] a -> Arrays.fill(a, 0, count, value.longs()[0]);
            case byte[][] a -> Arrays.fill(a, 0, count, value.strings()[0]);
            default -> repeat(to, value, count);
        }
    }

    /// Floats may be complex: an element is one or two units.
    private static void repeat(Tensor to, Tensor value, int count) {
        for (int i = 0; i < count; i++) {
            ElementCopy.run(value, 0, to, i, 1);
        }
    }
}
