package dev.lithe.operators.comparison;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.support.Binary;
import dev.lithe.operators.support.FixedPoint.Multiplier;
import dev.lithe.operators.support.HalfFloats;
import dev.lithe.operators.support.KernelTypes;
import dev.lithe.schema.TensorType;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// A relation between two elements, and its kernels.
///
/// Quantized 8-bit integers are brought to a common scale in fixed point first, in steps of 1/256: real
/// numbers that are closer than that count as equal. With 16 bits EQUAL and NOT_EQUAL do the same, the others
/// compare what is stored, as in LiteRT: there both inputs need the same quantization.
///
/// @param rescales16 whether quantized 16-bit integers are brought to a common scale
/// @param integers the relation between integers, of all sizes
record Relation(String operator, boolean rescales16, Floats floats, Longs integers) {
    static final TensorType[] EQUALITY = {
        TensorType.FLOAT32,
        TensorType.FLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64,
        TensorType.BOOL,
        TensorType.STRING
    };
    static final TensorType[] ORDER = {
        TensorType.FLOAT32,
        TensorType.FLOAT16,
        TensorType.BFLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64
    };
    static final TensorType[] ORDER_OR_EQUAL = {
        TensorType.FLOAT32,
        TensorType.FLOAT16,
        TensorType.INT8,
        TensorType.UINT8,
        TensorType.INT16,
        TensorType.INT32,
        TensorType.INT64
    };
    private static final int FRACTION_BITS = 8;

    @FunctionalInterface
    interface Floats {
        boolean test(float a, float b);
    }

    @FunctionalInterface
    interface Longs {
        boolean test(long a, long b);
    }

    Kernel kernel(KernelSetup setup) {
        TensorType type = setup.input(0).type();
        if (setup.input(1).type() != type) {
            throw KernelTypes.unsupported(operator, setup.input(1).type());
        }
        return switch (type) {
            case FLOAT32 -> this::floats;
            case FLOAT16, BFLOAT16 -> context -> halves(type, context);
            case INT8, UINT8, BOOL -> {
                int[] a = table(type, scaling(setup, 0));
                int[] b = table(type, scaling(setup, 1));
                yield context -> bytes(a, b, context);
            }
            case INT16 -> {
                IntUnaryOperator a = rescales16 ? scaling(setup, 0) : IntUnaryOperator.identity();
                IntUnaryOperator b = rescales16 ? scaling(setup, 1) : IntUnaryOperator.identity();
                yield context -> shorts(a, b, context);
            }
            case INT32 -> this::ints;
            case INT64 -> this::longs;
            case STRING -> this::strings;
            default -> throw KernelTypes.unsupported(operator, type);
        };
    }

    /// From stored integers to the common scale.
    private static IntUnaryOperator scaling(KernelSetup setup, int input) {
        QuantizationParameters quantization = setup.input(input).quantization();
        if (!quantization.isPresent()) {
            return IntUnaryOperator.identity();
        }
        int zeroPoint = quantization.zeroPoint();
        Multiplier multiplier = Multiplier.of(quantization.scale());
        return stored -> multiplier.apply((stored - zeroPoint) * (1 << FRACTION_BITS));
    }

    private static int[] table(TensorType type, IntUnaryOperator function) {
        int[] table = new int[256];
        int mask = KernelTypes.byteMask(type);
        for (int i = 0; i < table.length; i++) {
            table[i] = function.applyAsInt((byte) i & mask);
        }
        return table;
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }

    private void floats(KernelContext context) {
        float[] a = context.input(0).floats();
        float[] b = context.input(1).floats();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(floats.test(a[i], b[j]));
            }
        });
    }

    private void halves(TensorType type, KernelContext context) {
        short[] a = context.input(0).shorts();
        short[] b = context.input(1).shorts();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(floats.test(HalfFloats.toFloat(type, a[i]), HalfFloats.toFloat(type, b[j])));
            }
        });
    }

    private void bytes(int[] left, int[] right, KernelContext context) {
        byte[] a = context.input(0).bytes();
        byte[] b = context.input(1).bytes();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(integers.test(left[a[i] & 0xFF], right[b[j] & 0xFF]));
            }
        });
    }

    private void shorts(IntUnaryOperator left, IntUnaryOperator right, KernelContext context) {
        short[] a = context.input(0).shorts();
        short[] b = context.input(1).shorts();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(integers.test(left.applyAsInt(a[i]), right.applyAsInt(b[j])));
            }
        });
    }

    private void ints(KernelContext context) {
        int[] a = context.input(0).ints();
        int[] b = context.input(1).ints();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(integers.test(a[i], b[j]));
            }
        });
    }

    private void longs(KernelContext context) {
        long[] a = context.input(0).longs();
        long[] b = context.input(1).longs();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(integers.test(a[i], b[j]));
            }
        });
    }

    private void strings(KernelContext context) {
        byte[][] a = context.input(0).strings();
        byte[][] b = context.input(1).strings();
        byte[] y = context.output(0).bytes();
        Binary.rows(context, (i, stepA, j, stepB, k, count) -> {
            for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                y[k] = flag(integers.test(Arrays.equals(a[i], b[j]) ? 0 : 1, 0));
            }
        });
    }
}
