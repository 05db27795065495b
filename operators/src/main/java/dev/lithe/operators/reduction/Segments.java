package dev.lithe.operators.reduction;

import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.Binary.FloatFunction;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;

/// Slices that are folded by the id that each has.
final class Segments {
    static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32};
    static final Fold SUM = new Fold(0, 0, (a, b) -> a + b, (a, b) -> a + b);
    static final Fold PRODUCT = new Fold(1, 1, (a, b) -> a * b, (a, b) -> a * b);
    static final Fold MAX = new Fold(-Float.MAX_VALUE, Integer.MIN_VALUE, (a, b) -> a < b ? b : a, Math::max);
    static final Fold MIN = new Fold(Float.MAX_VALUE, Integer.MAX_VALUE, (a, b) -> b < a ? b : a, Math::min);

    private Segments() {}

    /// A fold of floats and of integers: where it starts, which is also the answer for ids that nothing has, and how
    /// an element is added.
    record Fold(float floatStart, int intStart, FloatFunction floats, IntBinaryOperator ints) {}

    /// The shape of the unsorted operators: input 1 has ids for the outer dimensions, input 2 says how many ids there
    /// are.
    static List<Shape> infer(ShapeContext context) {
        Tensor count = context.constant(2);
        return List.of(
                shape(context.input(0), context.input(1), count == null ? Shape.UNKNOWN : ShapeValues.single(count)));
    }

    private static Shape shape(Shape input, Shape ids, int count) {
        boolean fits = ids.rank() <= input.rank();
        for (int d = 0; d < ids.rank() && fits; d++) {
            int size = ids.dimension(d);
            fits = size == input.dimension(d) || size == Shape.UNKNOWN || input.dimension(d) == Shape.UNKNOWN;
        }
        if (!fits) {
            throw new ShapeException("ids " + ids + " do not stand for the outer dimensions of " + input);
        }
        if (count < Shape.UNKNOWN) {
            throw new ShapeException(count + " segments");
        }
        int[] sizes = new int[input.rank() - ids.rank() + 1];
        sizes[0] = count;
        for (int d = 1; d < sizes.length; d++) {
            sizes[d] = input.dimension(ids.rank() + d - 1);
        }
        return Shape.of(sizes);
    }

    static Kernel unsorted(KernelSetup setup, Fold fold) {
        boolean constant = setup.constant(2) != null;
        return context -> {
            Tensor x = context.input(0);
            Tensor ids = context.input(1);
            int count = ShapeValues.single(context.input(2));
            if (count < 0) {
                throw new ShapeException(count + " segments");
            }
            Tensor y = constant ? context.output(0) : context.resize(0, shape(x.shape(), ids.shape(), count));
            fold(x, ids, y, fold);
        };
    }

    /// Slices with a negative id are left out.
    static void fold(Tensor x, Tensor ids, Tensor y, Fold fold) {
        int slice = y.shape().flatSize(1, y.shape().rank());
        if (x.type() == TensorType.FLOAT32) {
            Arrays.fill(y.floats(), 0, y.elementCount(), fold.floatStart);
        } else {
            Arrays.fill(y.ints(), 0, y.elementCount(), fold.intStart);
        }
        for (int i = 0, n = ids.elementCount(); i < n; i++) {
            int id = ids.ints()[i];
            if (id >= y.shape().dimension(0)) {
                throw new IllegalArgumentException(
                        "id " + id + " of " + y.shape().dimension(0) + " segments");
            }
            if (id >= 0 && x.type() == TensorType.FLOAT32) {
                floats(x.floats(), i * slice, y.floats(), id * slice, slice, fold.floats);
            } else if (id >= 0) {
                ints(x.ints(), i * slice, y.ints(), id * slice, slice, fold.ints);
            }
        }
    }

    private static void floats(float[] x, int from, float[] y, int to, int count, FloatFunction function) {
        for (int i = 0; i < count; i++) {
            y[to + i] = function.apply(y[to + i], x[from + i]);
        }
    }

    private static void ints(int[] x, int from, int[] y, int to, int count, IntBinaryOperator function) {
        for (int i = 0; i < count; i++) {
            y[to + i] = function.applyAsInt(y[to + i], x[from + i]);
        }
    }
}
