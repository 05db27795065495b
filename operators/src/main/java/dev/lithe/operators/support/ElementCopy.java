package dev.lithe.operators.support;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import java.util.Arrays;

/// Moves elements of any type between tensors of the same type, bit for bit.
public final class ElementCopy {
    private ElementCopy() {}

    /// All elements of `from`, in order, to the start of `to`.
    public static void all(Tensor from, Tensor to) {
        if (from.array() != to.array()) {
            System.arraycopy(from.array(), 0, to.array(), 0, from.elementCount() * Tensor.unitsPerElement(from.type()));
        }
    }

    /// `count` consecutive elements.
    public static void run(Tensor from, int fromStart, Tensor to, int toStart, int count) {
        int units = Tensor.unitsPerElement(from.type());
        System.arraycopy(from.array(), fromStart * units, to.array(), toStart * units, count * units);
    }

    /// A block of `sizes` elements. Starts and strides count elements.
    public static void block(
            int[] sizes, Tensor from, int fromStart, int[] fromStrides, Tensor to, int toStart, int[] toStrides) {
        int units = Tensor.unitsPerElement(from.type());
        StridedLoop loop = units == 1
                ? StridedLoop.over(sizes, fromStrides, toStrides)
                : StridedLoop.over(with(sizes, 1, units), with(fromStrides, units, 1), with(toStrides, units, 1));
        int[] starts = {fromStart * units, toStart * units};
        int step = loop.step(0);
        int toStep = loop.step(1);
        Object source = from.array();
        Object target = to.array();
        if (step == 1 && toStep == 1) {
            loop.rows(starts, (at, count) -> System.arraycopy(source, at[0], target, at[1], count));
        } else {
            loop.rows(starts, (at, count) -> scatter(source, at[0], step, target, at[1], toStep, count));
        }
    }

    /// How far apart the elements of a dense array of `shape` lie in each dimension.
    public static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int d = shape.rank() - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape.dimension(d);
        }
        return strides;
    }

    private static int[] with(int[] values, int factor, int last) {
        int[] extended = Arrays.copyOf(values, values.length + 1);
        for (int i = 0; i < values.length; i++) {
            extended[i] *= factor;
        }
        extended[values.length] = last;
        return extended;
    }

    private static void scatter(Object from, int at, int step, Object to, int toAt, int toStep, int count) {
        switch (from) {
            case byte[] x -> {
                byte[] y = (byte[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            case short[] x -> {
                short[] y = (short[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            case int[] x -> {
                int[] y = (int[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            case float[] x -> {
                float[] y = (float[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            case long[] x -> {
                long[] y = (long[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            case double[] x -> {
                double[] y = (double[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
            default -> {
                Object[] x = (Object[]) from;
                Object[] y = (Object[]) to;
                for (int i = 0, a = at, b = toAt; i < count; i++, a += step, b += toStep) {
                    y[b] = x[a];
                }
            }
        }
    }
}
