package dev.lithe.operators.arithmetic;

import dev.lithe.graph.Options;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.FusedActivation.LongBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.AddOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;

/// ADD: the sum of two tensors, then a fused activation. Unquantized integers wrap.
///
/// @param potScaleInt16 whether 16-bit operands whose scales are powers of two are only shifted (the format's default)
public record Add(ActivationFunctionType activation, boolean potScaleInt16) implements ArithmeticOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.FLOAT16
    };
    public static final Definition<Add> DEFINITION = Definition.of(Add.class, BuiltinOperator.ADD)
            .options(
                    node -> {
                        AddOptions options = node.options().as(AddOptions.class, AddOptions.DEFAULT);
                        return new Add(options.fusedActivationFunction(), options.potScaleInt16());
                    },
                    op -> Options.of(new AddOptions(op.activation, op.potScaleInt16)))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions(Add::version)
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.4.0")
            .runtime(4, "2.6.0")
            .runtime(5, "2.13.0")
            .runtime(6, "2.22.0")
            .reference(Add::prepare);

    private static int version(Add op, NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.FLOAT16) {
            return 6;
        }
        if (type == TensorType.INT16) {
            return !node.input(0).quantization().isPresent() ? 5 : op.potScaleInt16 ? 1 : 3;
        }
        return TypeVersion.of(type, TensorType.INT64, 4, TensorType.INT8, 2);
    }

    private static Kernel prepare(Add op, KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats();
            case FLOAT16 -> op.halves();
            case INT32 -> op.ints();
            case INT64 -> op.longs();
            case INT8, UINT8 -> ScaledSum.kernel(setup, op.activation, false, 1);
            case INT16 ->
                Binary.isQuantized(setup)
                        ? ScaledSum.kernel(setup, op.activation, op.potScaleInt16, 1)
                        : op.plainShorts();
            default -> throw KernelTypes.unsupported("ADD", type);
        };
    }

    private Kernel floats() {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] + b[j]);
                }
            });
        };
    }

    private Kernel halves() {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        return Binary.halves(TensorType.FLOAT16, (a, b) -> bounds.clamp(a + b));
    }

    private Kernel ints() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] + b[j]);
                }
            });
        };
    }

    private Kernel longs() {
        LongBounds bounds = FusedActivation.longBounds(activation);
        return context -> {
            long[] a = context.input(0).longs();
            long[] b = context.input(1).longs();
            long[] y = context.output(0).longs();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] + b[j]);
                }
            });
        };
    }

    private Kernel plainShorts() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return Binary.plainShorts((a, b) -> bounds.clamp((short) (a + b)));
    }
}
