package dev.lithe.operators.comparison;

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
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import dev.lithe.schema.WhereOptions;
import java.util.List;

/// WHERE: the indices of all elements that are not 0, in order: one row each, one column per dimension.
public record Where() implements ComparisonOperator {
    private static final TensorType[] TYPES = {
        TensorType.BOOL,
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT32,
        TensorType.UINT32,
        TensorType.INT64
    };
    public static final Definition<Where> DEFINITION = Definition.of(Where.class, BuiltinOperator.WHERE)
            .options(node -> new Where(), op -> Options.of(WhereOptions.DEFAULT))
            .inputs(Operand.of("condition", TYPES))
            .outputs(Operand.of("indices", TensorType.INT64))
            .shapes((op, c) -> List.of(shape(c)))
            .quantization(QuantizationRule.unsupported())
            .versions((op, node) -> node.input(0).type() == TensorType.BOOL ? 1 : 2)
            .runtime(1, "1.14.0")
            .runtime(2, "2.8.0")
            .reference((op, setup) -> prepare(setup));

    private static Shape shape(ShapeContext context) {
        Tensor condition = context.constant(0);
        int rank = context.input(0).rank();
        if (rank == 0) {
            throw new ShapeException("WHERE needs a dimension to give indices of, a scalar has none");
        }
        return Shape.of(condition == null ? Shape.UNKNOWN : count(condition), rank);
    }

    private static int count(Tensor condition) {
        int count = 0;
        for (int i = 0, n = condition.elementCount(); i < n; i++) {
            count += holds(condition.array(), i) ? 1 : 0;
        }
        return count;
    }

    private static boolean holds(Object array, int index) {
        return switch (array) {
            case byte[] a -> a[index] != 0;
            case float[] a -> a[index] != 0;
            case int[] a -> a[index] != 0;
            case long[] a -> a[index] != 0;
            default -> throw KernelTypes.unsupported("WHERE", TensorType.STRING);
        };
    }

    private static Kernel prepare(KernelSetup setup) {
        boolean constant = setup.constant(0) != null;
        return context -> run(context, constant);
    }

    private static void run(KernelContext context, boolean constant) {
        Tensor condition = context.input(0);
        int[] sizes = condition.shape().toArray();
        Tensor output = constant ? context.output(0) : context.resize(0, Shape.of(count(condition), sizes.length));
        long[] indices = output.longs();
        int to = 0;
        for (int i = 0, n = condition.elementCount(); i < n; i++) {
            if (holds(condition.array(), i)) {
                for (int d = sizes.length - 1, rest = i; d >= 0; d--) {
                    indices[to + d] = rest % sizes[d];
                    rest /= sizes[d];
                }
                to += sizes.length;
            }
        }
    }
}
