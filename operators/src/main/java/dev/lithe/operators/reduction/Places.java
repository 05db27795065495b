package dev.lithe.operators.reduction;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.TensorType;
import java.util.List;

/// Where the largest or smallest element of a dimension stands.
final class Places {
    static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT32, TensorType.BOOL
    };
    static final TensorType[] INDICES = {TensorType.INT32, TensorType.INT64};

    private Places() {}

    static List<Shape> infer(ShapeContext context) {
        Shape input = context.input(0);
        if (input.rank() == 0) {
            throw new ShapeException("a dimension is needed to go along, a scalar has none");
        }
        Tensor axis = context.constant(1);
        return List.of(axis == null ? ShapeValues.unknown(input.rank() - 1) : without(input, ShapeValues.single(axis)));
    }

    private static Shape without(Shape shape, int requested) {
        int axis = ShapeValues.axis(requested, shape.rank());
        if (shape.dimension(axis) == 0) {
            throw new ShapeException("dimension " + axis + " of " + shape + " is empty, it has no extreme");
        }
        int[] rest = new int[shape.rank() - 1];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = shape.dimension(d < axis ? d : d + 1);
        }
        return Shape.of(rest);
    }

    static Kernel kernel(KernelSetup setup, boolean largest) {
        boolean constant = setup.constant(1) != null;
        return context -> run(context, constant, largest);
    }

    private static void run(KernelContext context, boolean constant, boolean largest) {
        Tensor x = context.input(0);
        Shape shape = x.shape();
        int requested = ShapeValues.single(context.input(1));
        Tensor y = constant ? context.output(0) : context.resize(0, without(shape, requested));
        int axis = ShapeValues.axis(requested, shape.rank());
        int depth = shape.dimension(axis);
        int inner = shape.flatSize(axis + 1, shape.rank());
        int outer = shape.flatSize(0, axis);
        Line line = line(x, largest);
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                store(y, o * inner + i, line.place(o * depth * inner + i, inner, depth));
            }
        }
    }

    private static void store(Tensor y, int index, int place) {
        if (y.type() == TensorType.INT64) {
            y.longs()[index] = place;
        } else {
            y.ints()[index] = place;
        }
    }

    /// The place among `count` elements from `at` on, `step` apart.
    @FunctionalInterface
    private interface Line {
        int place(int at, int step, int count);
    }

    private static Line line(Tensor x, boolean largest) {
        return switch (x.array()) {
            case float[] values -> floats(values, largest);
            case int[] values ->
                (at, step, count) -> {
                    int best = 0;
                    for (int k = 1, i = at + step; k < count; k++, i += step) {
                        int candidate = values[i];
                        int current = values[at + best * step];
                        best = (largest ? candidate > current : candidate < current) ? k : best;
                    }
                    return best;
                };
            case byte[] values -> {
                int mask = KernelTypes.byteMask(x.type());
                yield (at, step, count) -> {
                    int best = 0;
                    for (int k = 1, i = at + step; k < count; k++, i += step) {
                        int candidate = values[i] & mask;
                        int current = values[at + best * step] & mask;
                        best = (largest ? candidate > current : candidate < current) ? k : best;
                    }
                    return best;
                };
            }
            default -> throw KernelTypes.unsupported("ARG_MAX", x.type());
        };
    }

    /// Any number wins over NaN, as in LiteRT after 2.21 (which answers 2147483647 for a row that starts with it).
    private static Line floats(float[] values, boolean largest) {
        return (at, step, count) -> {
            int best = 0;
            for (int k = 1, i = at + step; k < count; k++, i += step) {
                float candidate = values[i];
                float current = values[at + best * step];
                boolean wins = largest ? candidate > current : candidate < current;
                best = wins || Float.isNaN(current) && !Float.isNaN(candidate) ? k : best;
            }
            return best;
        };
    }
}
