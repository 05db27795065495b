package dev.lithe.operators.support;

import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Shape;
import dev.lithe.operators.Kernel;
import dev.lithe.operators.KernelContext;
import dev.lithe.operators.KernelSetup;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.ShapeContext;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/// What the binary operators share.
public final class Binary {
    private Binary() {}

    public static List<Shape> infer(ShapeContext context) {
        return List.of(Broadcasting.shape(context.input(0), context.input(1)));
    }

    /// Whether two inputs of different shapes meet and one has more than four dimensions (a version of its own).
    public static boolean broadcastsBeyondFour(NodeView node) {
        Shape a = node.input(0).declaredShape();
        Shape b = node.input(1).declaredShape();
        return !a.equals(b) && Math.max(a.rank(), b.rank()) > 4;
    }

    public static boolean isQuantized(KernelSetup setup) {
        return setup.input(0).quantization().isPresent();
    }

    /// A row of outputs: `count` of them from `y` on, from elements of the inputs that start at `a` and `b` and lie
    /// `stepA` and `stepB` apart.
    @FunctionalInterface
    public interface Row {
        void run(int a, int stepA, int b, int stepB, int y, int count);
    }

    /// Runs `row` over all outputs.
    public static void rows(KernelContext context, Row row) {
        Shape output = context.output(0).shape();
        StridedLoop loop = StridedLoop.over(
                output.toArray(),
                Broadcasting.strides(context.input(0).shape(), output),
                Broadcasting.strides(context.input(1).shape(), output),
                ElementCopy.strides(output));
        int stepA = loop.step(0);
        int stepB = loop.step(1);
        loop.rows((at, count) -> row.run(at[0], stepA, at[1], stepB, at[2], count));
    }

    /// A kernel on quantized integers: `combine(left(a), right(b))`, where `left` and `right` prepare the stored values
    /// and `combine` gives the stored result, clamped.
    public static Kernel quantized(
            KernelSetup setup, IntUnaryOperator left, IntUnaryOperator right, IntBinaryOperator combine) {
        TensorType type = setup.output(0).type();
        if (setup.input(0).type() != type || setup.input(1).type() != type) {
            throw KernelTypes.unsupported("binary", setup.input(0).type());
        }
        return type == TensorType.INT16
                ? shorts(left, right, combine)
                : bytes(table(type, left), table(type, right), combine);
    }

    /// The zero point taken off.
    public static IntUnaryOperator centred(QuantizationParameters parameters) {
        int zeroPoint = parameters.zeroPoint();
        return stored -> stored - zeroPoint;
    }

    private static int[] table(TensorType type, IntUnaryOperator function) {
        int[] table = new int[256];
        int mask = KernelTypes.byteMask(type);
        for (int i = 0; i < table.length; i++) {
            table[i] = function.applyAsInt((byte) i & mask);
        }
        return table;
    }

    private static Kernel bytes(int[] left, int[] right, IntBinaryOperator combine) {
        return context -> {
            byte[] a = context.input(0).bytes();
            byte[] b = context.input(1).bytes();
            byte[] y = context.output(0).bytes();
            rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (byte) combine.applyAsInt(left[a[i] & 0xFF], right[b[j] & 0xFF]);
                }
            });
        };
    }

    private static Kernel shorts(IntUnaryOperator left, IntUnaryOperator right, IntBinaryOperator combine) {
        return plainShorts((a, b) -> combine.applyAsInt(left.applyAsInt(a), right.applyAsInt(b)));
    }

    /// A kernel on INT16 elements as stored.
    public static Kernel plainShorts(IntBinaryOperator function) {
        return context -> {
            short[] a = context.input(0).shorts();
            short[] b = context.input(1).shorts();
            short[] y = context.output(0).shorts();
            rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (short) function.applyAsInt(a[i], b[j]);
                }
            });
        };
    }

    /// A kernel on INT8 or UINT8 elements as stored.
    public static Kernel plainBytes(TensorType type, IntBinaryOperator function) {
        int mask = KernelTypes.byteMask(type);
        return context -> {
            byte[] a = context.input(0).bytes();
            byte[] b = context.input(1).bytes();
            byte[] y = context.output(0).bytes();
            rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = (byte) function.applyAsInt(a[i] & mask, b[j] & mask);
                }
            });
        };
    }

    /// A function of two floats.
    @FunctionalInterface
    public interface FloatFunction {
        float apply(float a, float b);
    }

    public static Kernel floats(FloatFunction function) {
        return context -> {
            float[] a = context.input(0).floats();
            float[] b = context.input(1).floats();
            float[] y = context.output(0).floats();
            rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = function.apply(a[i], b[j]);
                }
            });
        };
    }

    /// A kernel on FLOAT16 or BFLOAT16 elements: widened, combined, rounded.
    public static Kernel halves(TensorType type, FloatFunction function) {
        return plainShorts((a, b) -> HalfFloats.fromFloat(
                type, function.apply(HalfFloats.toFloat(type, (short) a), HalfFloats.toFloat(type, (short) b))));
    }

    /// A kernel on INT32 or UINT32 elements.
    public static Kernel ints(IntBinaryOperator function) {
        return context -> {
            int[] a = context.input(0).ints();
            int[] b = context.input(1).ints();
            int[] y = context.output(0).ints();
            rows(context, (i, stepA, j, stepB, k, count) -> {
                for (int end = k + count; k < end; k++, i += stepA, j += stepB) {
                    y[k] = function.applyAsInt(a[i], b[j]);
                }
            });
        };
    }
}
