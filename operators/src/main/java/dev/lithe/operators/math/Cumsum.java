package dev.lithe.operators.math;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.operators.support.Unary;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.CumsumOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// CUMSUM: running sums along the dimension that input 1 names. Integers wrap.
///
/// @param exclusive whether an element's own value is left out of its sum
/// @param reverse whether it runs from the end
public record Cumsum(boolean exclusive, boolean reverse) implements MathOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32, TensorType.INT64};
    public static final Definition<Cumsum> DEFINITION = Definition.of(Cumsum.class, BuiltinOperator.CUMSUM)
            .options(
                    node -> {
                        CumsumOptions options = node.options().as(CumsumOptions.class, CumsumOptions.DEFAULT);
                        return new Cumsum(options.exclusive(), options.reverse());
                    },
                    op -> Options.of(new CumsumOptions(op.exclusive, op.reverse)))
            .inputs(Operand.of("x", TYPES), Operand.of("axis", TensorType.INT32))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> infer(c))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> 1)
            .runtime(1, "2.4.0")
            .reference(Cumsum::prepare);

    private static List<Shape> infer(ShapeContext context) {
        Tensor axis = context.constant(1);
        int rank = context.input(0).rank();
        if (rank == 0) {
            throw new ShapeException("CUMSUM needs a dimension to go along, a scalar has none");
        }
        if (axis != null) {
            ShapeValues.axis(ShapeValues.single(axis), rank);
        }
        return Unary.infer(context);
    }

    private static Kernel prepare(Cumsum op, KernelSetup setup) {
        TensorType type = setup.input(0).type();
        return switch (type) {
            case FLOAT32, INT32, INT64 -> op::run;
            default -> throw KernelTypes.unsupported("CUMSUM", type);
        };
    }

    private void run(KernelContext context) {
        Tensor x = context.input(0);
        int rank = x.shape().rank();
        int axis = ShapeValues.axis(ShapeValues.single(context.input(1)), rank);
        int outer = x.shape().flatSize(0, axis);
        int depth = x.shape().dimension(axis);
        int inner = x.shape().flatSize(axis + 1, rank);
        int step = reverse ? -inner : inner;
        for (int o = 0; o < outer; o++) {
            int start = o * depth * inner + (reverse ? (depth - 1) * inner : 0);
            for (int i = 0; i < inner; i++) {
                line(x.array(), context.output(0).array(), start + i, step, depth);
            }
        }
    }

    /// One line of `count` elements from `at` on, `step` apart.
    private void line(Object from, Object to, int at, int step, int count) {
        switch (from) {
            case float[] x -> floats(x, (float[]) to, at, step, count);
            case int[] x -> ints(x, (int[]) to, at, step, count);
            default -> longs((long[]) from, (long[]) to, at, step, count);
        }
    }

    private void floats(float[] x, float[] y, int at, int step, int count) {
        float sum = 0;
        for (int k = 0, i = at; k < count; k++, i += step) {
            float before = sum;
            sum += x[i];
            y[i] = exclusive ? before : sum;
        }
    }

    private void ints(int[] x, int[] y, int at, int step, int count) {
        int sum = 0;
        for (int k = 0, i = at; k < count; k++, i += step) {
            int before = sum;
            sum += x[i];
            y[i] = exclusive ? before : sum;
        }
    }

    private void longs(long[] x, long[] y, int at, int step, int count) {
        long sum = 0;
        for (int k = 0, i = at; k < count; k++, i += step) {
            long before = sum;
            sum += x[i];
            y[i] = exclusive ? before : sum;
        }
    }
}
