package dev.lithe.importers.internal.tensorflow;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.importers.internal.proto.DataType;
import dev.lithe.importers.internal.raw.DataTypes;
import dev.lithe.importers.internal.raw.RawNode;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/// Elementwise arithmetic on known numbers. An unknown integer makes its results unknown, unless it
/// is multiplied by 0.
final class ArithmeticFolds {
    /// One operation on single-precision floats, doubles and integers; null where integers have
    /// none. A float operation rounds once, to float.
    record Operation(
            FloatBinary floats,
            DoubleBinaryOperator doubles,
            @Nullable LongBinaryOperator longs) {}

    @FunctionalInterface
    interface FloatBinary {
        float apply(float a, float b);
    }

    static final Operation ADD = new Operation((a, b) -> a + b, (a, b) -> a + b, (a, b) -> a + b);
    static final Operation SUB = new Operation((a, b) -> a - b, (a, b) -> a - b, (a, b) -> a - b);
    static final Operation MUL = new Operation((a, b) -> a * b, (a, b) -> a * b, (a, b) -> a * b);
    static final Operation DIV = new Operation((a, b) -> a / b, (a, b) -> a / b, null);
    static final Operation FLOOR_DIV =
            new Operation((a, b) -> (float) Math.floor(a / b), (a, b) -> Math.floor(a / b), Math::floorDiv);
    static final Operation MAX = new Operation(Math::max, Math::max, Math::max);
    static final Operation MIN = new Operation(Math::min, Math::min, Math::min);

    // Unary operations ignore their second operand.
    static final Operation NEG = new Operation((a, b) -> -a, (a, b) -> -a, (a, b) -> -a);
    static final Operation SQUARE = new Operation((a, b) -> a * a, (a, b) -> a * a, (a, b) -> a * a);
    static final Operation SQRT = new Operation((a, b) -> (float) Math.sqrt(a), (a, b) -> Math.sqrt(a), null);

    /// Correctly rounded; TensorFlow takes the processor's estimate and refines it, which differs
    /// in the last bits from one processor to the next.
    static final Operation RSQRT =
            new Operation((a, b) -> (float) (1 / Math.sqrt(a)), (a, b) -> 1 / Math.sqrt(a), null);

    private ArithmeticFolds() {}

    static Folding.Fold binary(Operation operation) {
        return (node, inputs) -> inputs.size() == 2 ? broadcast(operation, inputs.get(0), inputs.get(1)) : null;
    }

    static Folding.Fold unary(Operation operation) {
        return (node, inputs) -> inputs.size() == 1 ? broadcast(operation, inputs.get(0), inputs.get(0)) : null;
    }

    private static @Nullable Numbers broadcast(Operation operation, Numbers a, Numbers b) {
        Shape shape = Broadcasting.shape(a.shape(), b.shape());
        if (a.type() != b.type() || shape.elementCount() > Numbers.LIMIT) {
            return null;
        }
        int[] indexA = LayoutFolds.broadcastIndex(a.shape(), shape);
        int[] indexB = LayoutFolds.broadcastIndex(b.shape(), shape);
        Object result = switch (a.array()) {
            case float[] x -> floats(operation, x, indexA, b.floats(), indexB);
            case double[] x -> doubles(operation, x, indexA, b.doubles(), indexB);
            default -> longs(operation, a.longs(), indexA, b.longs(), indexB);
        };
        return result == null ? null : new Numbers(a.type(), shape, result);
    }

    private static float[] floats(Operation operation, float[] a, int[] indexA, float[] b, int[] indexB) {
        float[] result = new float[indexA.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operation.floats.apply(a[indexA[i]], b[indexB[i]]);
        }
        return result;
    }

    private static double[] doubles(Operation operation, double[] a, int[] indexA, double[] b, int[] indexB) {
        double[] result = new double[indexA.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = operation.doubles.applyAsDouble(a[indexA[i]], b[indexB[i]]);
        }
        return result;
    }

    private static long @Nullable [] longs(Operation operation, long[] a, int[] indexA, long[] b, int[] indexB) {
        LongBinaryOperator apply = operation.longs;
        if (apply == null) {
            return null;
        }
        long[] result = new long[indexA.length];
        for (int i = 0; i < result.length; i++) {
            long x = a[indexA[i]];
            long y = b[indexB[i]];
            boolean zero = operation.equals(MUL) && (x == 0 || y == 0);
            boolean unknown = x == Numbers.UNKNOWN || y == Numbers.UNKNOWN;
            result[i] = zero ? 0 : unknown ? Numbers.UNKNOWN : apply.applyAsLong(x, y);
        }
        return result;
    }

    static @Nullable Numbers cast(RawNode node, List<Numbers> inputs) {
        TensorType to = DataTypes.tensorType(node.attributes().type("DstT", DataType.DT_INVALID))
                .orElse(null);
        Numbers x = inputs.getFirst();
        if (to == null) {
            return null;
        }
        int count = x.count();
        return switch (to) {
            case FLOAT32 -> x.hasUnknown() ? null : new Numbers(to, x.shape(), toFloats(x, count));
            case INT32, INT64 ->
                x.isInteger() ? new Numbers(to, x.shape(), narrow(x.longs(), to)) : truncated(x, to, count);
            default -> null;
        };
    }

    private static float[] toFloats(Numbers x, int count) {
        float[] result = new float[count];
        for (int i = 0; i < count; i++) {
            result[i] = switch (x.array()) {
                case float[] a -> a[i];
                case double[] a -> (float) a[i];
                default -> x.longs()[i];
            };
        }
        return result;
    }

    private static long[] narrow(long[] values, TensorType to) {
        long[] result = new long[values.length];
        for (int i = 0; i < result.length; i++) {
            boolean keep = values[i] == Numbers.UNKNOWN || to == TensorType.INT64;
            result[i] = keep ? values[i] : (int) values[i];
        }
        return result;
    }

    private static Numbers truncated(Numbers x, TensorType to, int count) {
        long[] result = new long[count];
        for (int i = 0; i < count; i++) {
            double value = x.array() instanceof float[] a ? a[i] : x.doubles()[i];
            result[i] = to == TensorType.INT32 ? (int) value : (long) value;
        }
        return new Numbers(to, x.shape(), result);
    }

    /// The product of all elements of a vector, as shapes are turned into element counts.
    static @Nullable Numbers product(RawNode node, List<Numbers> inputs) {
        Numbers x = inputs.getFirst();
        if (!x.isInteger() || x.shape().rank() != 1 || inputs.size() != 2) {
            return null;
        }
        long product = 1;
        boolean unknown = false;
        for (long value : x.longs()) {
            unknown |= value == Numbers.UNKNOWN;
            product *= value == Numbers.UNKNOWN ? 1 : value;
        }
        boolean keep = node.attributes().flag("keep_dims", false);
        long result = product != 0 && unknown ? Numbers.UNKNOWN : product;
        return Numbers.ofLongs(x.type(), keep ? Shape.of(1) : Shape.SCALAR, result);
    }
}
