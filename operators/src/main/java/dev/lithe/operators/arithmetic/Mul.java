package dev.lithe.operators.arithmetic;

import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Definition;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operand;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.FusedActivation;
import dev.lithe.operators.support.FusedActivation.FloatBounds;
import dev.lithe.operators.support.FusedActivation.IntBounds;
import dev.lithe.operators.support.FusedActivation.LongBounds;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.operators.support.TypeVersion;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.MulOptions;
import dev.lithe.schema.TensorType;

/// MUL: the product of two tensors, then a fused activation. Unquantized integers wrap.
public record Mul(ActivationFunctionType activation) implements ArithmeticOperator {
    private static final TensorType[] TYPES = {
        TensorType.FLOAT32,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.UINT32,
        TensorType.COMPLEX64,
        TensorType.FLOAT16
    };
    public static final Definition<Mul> DEFINITION = Definition.of(Mul.class, BuiltinOperator.MUL)
            .options(
                    node -> new Mul(node.options()
                            .as(MulOptions.class, MulOptions.DEFAULT)
                            .fusedActivationFunction()),
                    op -> Options.of(new MulOptions(op.activation)))
            .inputs(Operand.of("a", TYPES), Operand.of("b", TYPES))
            .outputs(Operand.of("y", TYPES))
            .shapes((op, c) -> Binary.infer(c))
            .quantization(QuantizationRule.independent())
            .versions((op, node) -> version(node))
            .runtime(1, "1.5.0")
            .runtime(2, "1.14.0")
            .runtime(3, "1.15.0")
            .runtime(4, "2.3.0")
            .runtime(5, "2.6.0")
            .runtime(6, "2.11.0")
            .runtime(7, "2.13.0")
            .runtime(8, "2.22.0")
            .reference(Mul::prepare);

    private static int version(NodeView node) {
        TensorType type = node.input(0).type();
        QuantizationParameters left = node.input(0).quantization();
        QuantizationParameters right = node.input(1).quantization();
        QuantizationParameters output = node.output(0).quantization();
        if (type == TensorType.FLOAT16) {
            return 8;
        }
        boolean quantized = left.isPresent() && right.isPresent() && output.isPresent();
        if (type == TensorType.INT16) {
            return left.isPresent() ? 4 : 7;
        }
        if (type == TensorType.UINT32 || type == TensorType.COMPLEX64 || type == TensorType.INT64) {
            return TypeVersion.of(type, TensorType.UINT32, 7, TensorType.COMPLEX64, 6, TensorType.INT64, 5);
        }
        return quantized && rescale(left, right, output) >= 1 ? 3 : TypeVersion.of(type, TensorType.INT8, 2);
    }

    /// In single precision, as LiteRT has it.
    private static float rescale(
            QuantizationParameters left, QuantizationParameters right, QuantizationParameters output) {
        return left.scale() * right.scale() / output.scale();
    }

    private static Kernel prepare(Mul op, KernelSetup setup) {
        TensorType type = setup.output(0).type();
        return switch (type) {
            case FLOAT32 -> op.floats();
            case FLOAT16 -> op.halves();
            case INT32 -> op.ints();
            case INT64 -> op.longs();
            case UINT32 -> op.unsignedInts();
            case COMPLEX64 -> complex();
            case INT8, UINT8 -> op.quantized(setup);
            case INT16 -> Binary.isQuantized(setup) ? op.quantized(setup) : op.plainShorts();
            default -> throw KernelTypes.unsupported("MUL", type);
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
                    y[k] = bounds.clamp(a[i] * b[j]);
                }
            });
        };
    }

    private Kernel halves() {
        FloatBounds bounds = FusedActivation.floatBounds(activation);
        return Binary.halves(TensorType.FLOAT16, (a, b) -> bounds.clamp(a * b));
    }

    private Kernel ints() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = bounds.clamp(a[i] * b[j]);
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
                    y[k] = bounds.clamp(a[i] * b[j]);
                }
            });
        };
    }

    private Kernel unsignedInts() {
        LongBounds bounds = FusedActivation.longBounds(activation);
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (int) bounds.clamp(Integer.toUnsignedLong(a[i] * b[j]));
                }
            });
        };
    }

    /// Real and imaginary parts lie side by side.
    private static Kernel complex() {
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[2 * k] = a[2 * i] * b[2 * j] - a[2 * i + 1] * b[2 * j + 1];
                    y[2 * k + 1] = a[2 * i] * b[2 * j + 1] + a[2 * i + 1] * b[2 * j];
                }
            });
        };
    }

    private Kernel plainShorts() {
        IntBounds bounds = FusedActivation.intBounds(activation);
        return Binary.plainShorts((a, b) -> bounds.clamp((short) (a * b)));
    }

    private Kernel quantized(KernelSetup setup) {
        QuantizationParameters left = setup.input(0).quantization();
        QuantizationParameters right = setup.input(1).quantization();
        QuantizationParameters output = setup.output(0).quantization();
        Multiplier multiplier = Multiplier.of(rescale(left, right, output));
        IntBounds bounds =
                FusedActivation.quantizedBounds(activation, setup.output(0).type(), output);
        int zeroPoint = output.zeroPoint();
        return Binary.quantized(
                setup,
                Binary.centred(left),
                Binary.centred(right),
                (a, b) -> bounds.clamp(multiplier.apply(a * b) + zeroPoint));
    }
}
