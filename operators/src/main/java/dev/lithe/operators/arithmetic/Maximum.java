package dev.lithe.operators.arithmetic;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MaximumMinimumOptions;
import dev.lithe.schema.TensorType;

/// MAXIMUM: the larger of two elements. Quantized integers are compared as stored: all three tensors share their
/// quantization. Against NaN the second operand wins.
public record Maximum() implements ArithmeticOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.FLOAT16,
        TensorType.BFLOAT16
    };
    public static final Definition<Maximum> DEFINITION = Definition.of(Maximum.class, BuiltinOperator.MAXIMUM)
            .options(node -> new Maximum(), op -> Options.of(MaximumMinimumOptions.DEFAULT))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.same())
            .versions((op, node) -> version(node))
            .runtime(1, "1.14.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.3.0")
            .reference((op, setup) -> prepare(setup));

    private static int version(NodeView node) {
        TensorType type = node.input(0).type();
        return type == TensorType.INT16
                ? 4
                : Binary.broadcastsBeyondFour(node) ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    private static Kernel prepare(KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> floats();
            case FLOAT16, BFLOAT16 -> Binary.halves(type, (a, b) -> a > b ? a : b);
            case INT32 -> ints();
            case INT64 -> longs();
            case INT8, UINT8 -> Binary.plainBytes(type, Math::max);
            case INT16 -> Binary.plainShorts(Math::max);
            default -> throw KernelTypes.unsupported("MAXIMUM", type);
        };
    }

    private static Kernel floats() {
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = a[i] > b[j] ? a[i] : b[j];
                }
            });
        };
    }

    private static Kernel ints() {
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = Math.max(a[i], b[j]);
                }
            });
        };
    }

    private static Kernel longs() {
        return context -> {
            long[] a = context.input(0).longs();
            long[] b = context.input(1).longs();
            long[] y = context.output(0).longs();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = Math.max(a[i], b[j]);
                }
            });
        };
    }
}
