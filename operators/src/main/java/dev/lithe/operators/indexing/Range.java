package dev.lithe.operators.indexing;

import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.Tensor;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.ShapeContext;
import dev.lithe.operators.ShapeException;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.RangeOptions;
import dev.lithe.schema.TensorType;
import java.util.List;

/// RANGE: the numbers from input 0 up (or down) to but without input 1, in steps of input 2. Floats are summed up
/// step by step.
public record Range() implements IndexingOperator {
    private static final TensorType[] TYPES = {TensorType.FLOAT32, TensorType.INT32, TensorType.INT64};
    public static final Definition<Range> DEFINITION = Definition.of(Range.class, BuiltinOperator.RANGE)
            .options(node -> new Range(), op -> Options.of(RangeOptions.DEFAULT))
            .inputs(Operand.of("start", TYPES), Operand.of("limit", TYPES), Operand.of("delta", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> List.of(infer(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> node.input(0).type() == TensorType.INT64 ? 2 : 1)
            .runtime(1, "1.13.0")
            .runtime(2, "2.14.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape infer(ShapeContext context) {
        Tensor start = context.constant(0);
        Tensor limit = context.constant(1);
        Tensor delta = context.constant(2);
        return Shape.of(start == null || limit == null || delta == null ? Shape.UNKNOWN : size(start, limit, delta));
    }

    private static int size(Tensor start, Tensor limit, Tensor delta) {
        for (Tensor scalar : List.of(start, limit, delta)) {
            if (scalar.elementCount() != 1) {
                throw new ShapeException("start, limit and delta are single numbers, one has shape " + scalar.shape());
            }
        }
        double size = start.type() == TensorType.FLOAT32
                ? size(start.floats()[0], limit.floats()[0], delta.floats()[0])
                : size(integer(start), integer(limit), integer(delta));
        if (!(size <= Integer.MAX_VALUE)) {
            throw new ShapeException("a range of " + size + " numbers");
        }
        return (int) size;
    }

    private static double size(float start, float limit, float delta) {
        check(delta > 0 ? start <= limit : delta < 0 && start >= limit, start, limit, delta);
        return Math.ceil(Math.abs((limit - start) / delta));
    }

    private static double size(long start, long limit, long delta) {
        check(delta > 0 ? start <= limit : delta < 0 && start >= limit, start, limit, delta);
        long step = Math.abs(delta);
        return (double) ((Math.abs(limit - start) + step - 1) / step);
    }

    private static void check(boolean holds, Number start, Number limit, Number delta) {
        if (!holds) {
            throw new ShapeException("steps of " + delta + " do not lead from " + start + " to " + limit);
        }
    }

    private static long integer(Tensor scalar) {
        return scalar.type() == TensorType.INT64 ? scalar.longs()[0] : scalar.ints()[0];
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(0) != null && setup.constant(1) != null && setup.constant(2) != null;
        return context -> {
            Tensor start = context.input(0);
            Tensor delta = context.input(2);
            Tensor y = constant ? context.output(0) : context.resize(0, Shape.of(size(start, context.input(1), delta)));
            int count = y.elementCount();
            switch (y.array()) {
                case float[] a -> fill(a, count, start.floats()[0], delta.floats()[0]);
                case long[] a -> {
                    for (int i = 0; i < count; i++) {
                        a[i] = start.longs()[0] + i * delta.longs()[0];
                    }
                }
                default -> {
                    for (int i = 0; i < count; i++) {
                        y.ints()[i] = start.ints()[0] + i * delta.ints()[0];
                    }
                }
            }
        };
    }

    private static void fill(float[] y, int count, float start, float delta) {
        float value = start;
        for (int i = 0; i < count; i++, value += delta) {
            y[i] = value;
        }
    }
}
