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
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SubOptions;
import dev.lithe.schema.TensorType;

/// SUB: the difference of two tensors, then a fused activation. Unquantized integers wrap.
///
/// @param potScaleInt16 whether 16-bit operands whose scales are powers of two are only shifted (the format's default)
public record Sub(ActivationFunctionType activation, boolean potScaleInt16) implements ArithmeticOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32, TensorType.INT8, TensorType.UINT8, TensorType.INT16, TensorType.INT32, TensorType.INT64
    };
    public static final Definition<Sub> DEFINITION = Definition.of(Sub.class, BuiltinOperator.SUB)
            .options(
                    node -> {
                        SubOptions options = node.options().as(SubOptions.class, SubOptions.DEFAULT);
                        return new Sub(options.fusedActivationFunction(), options.potScaleInt16());
                    },
                    op -> Options.of(new SubOptions(op.activation, op.potScaleInt16)))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions(Sub::version)
            .runtime(1, "1.6.0")
            .runtime(2, "1.14.0")
            .runtime(3, "2.3.0")
            .runtime(4, "2.4.0")
            .runtime(5, "2.4.0")
            .reference(Sub::prepare);

    private static int version(Sub op, NodeView node) {
        TensorType type = node.input(0).type();
        if (type == TensorType.INT16 && !op.potScaleInt16) {
            return 5;
        }
        return type == TensorType.INT64
                ? 4
                : Binary.broadcastsBeyondFour(node) ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    private static Kernel prepare(Sub op, KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats();
            case INT32 -> op.ints();
            case INT64 -> op.longs();
            case INT8, UINT8 -> ScaledSum.kernel(setup, op.activation, false, -1);
            case INT16 -> ScaledSum.kernel(setup, op.activation, op.potScaleInt16, -1);
            default -> throw KernelTypes.unsupported("SUB", type);
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
                    y[k] = bounds.clamp(a[i] - b[j]);
                }
            });
        };
    }

    private Kernel ints() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] - b[j]);
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
                    y[k] = bounds.clamp(a[i] - b[j]);
                }
            });
        };
    }
}
