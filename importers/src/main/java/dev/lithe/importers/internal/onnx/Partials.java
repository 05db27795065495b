package dev.lithe.importers.internal.onnx;

import dev.lithe.graph.Shape;
import dev.lithe.importers.internal.build.Numbers;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.schema.TensorType;
import java.util.List;
import java.util.Set;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/// Arithmetic on sizes of which some depend on an unknown dimension.
final class Partials {
    /// These only move numbers, unknown ones like others.
    static final Set<String> MOVING =
            Set.of("Gather", "Slice", "Concat", "Squeeze", "Unsqueeze", "Identity", "Reshape", "Flatten", "Split");

    private Partials() {}

    /// The dimensions of a value, as Shape and Size give them.
    static @Nullable Numbers ofShape(OnnxNode node, Shape shape) {
        long[] sizes = new long[shape.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.dimension(i) == Shape.UNKNOWN ? Numbers.UNKNOWN : shape.dimension(i);
        }
        if (node.op().equals("Size")) {
            return Numbers.ofLongs(TensorType.INT64, Shape.SCALAR, product(sizes));
        }
        int rank = shape.rank();
        int start = bound(node.integer("start", 0), rank);
        int end = Math.max(start, bound(node.integer("end", rank), rank));
        long[] part = java.util.Arrays.copyOfRange(sizes, start, end);
        return Numbers.ofLongs(TensorType.INT64, Shape.of(part.length), part);
    }

    private static int bound(long value, int rank) {
        return (int) Math.clamp(value < 0 ? value + rank : value, 0L, rank);
    }

    private static long product(long[] values) {
        long product = 1;
        boolean unknown = false;
        for (long value : values) {
            unknown |= value == Numbers.UNKNOWN;
            product = value == Numbers.UNKNOWN ? product : Math.multiplyExact(product, value);
        }
        return unknown && product != 0 ? Numbers.UNKNOWN : product;
    }

    /// The result of an arithmetic node; null for nodes that are none.
    static @Nullable Numbers fold(OnnxNode node, List<Numbers> inputs) {
        Numbers a = inputs.getFirst();
        if (!a.isInteger()) {
            return null;
        }
        return switch (node.op()) {
            case "Add" -> binary(inputs, Math::addExact);
            case "Sub" -> binary(inputs, Math::subtractExact);
            case "Mul" -> binary(inputs, Math::multiplyExact);
            case "Div" -> binary(inputs, (x, y) -> x / y);
            case "Max" -> binary(inputs, Math::max);
            case "Min" -> binary(inputs, Math::min);
            case "ReduceProd" ->
                a.shape().rank() == 1
                        ? Numbers.ofLongs(
                                a.type(), node.flag("keepdims", true) ? Shape.of(1) : Shape.SCALAR, product(a.longs()))
                        : null;
            case "Cast" ->
                OnnxTypes.computed((int) node.integer("to", 0))
                        .filter(to -> to == TensorType.INT32 || to == TensorType.INT64)
                        .map(to -> new Numbers(to, a.shape(), a.longs()))
                        .orElse(null);
            default -> null;
        };
    }

    private static @Nullable Numbers binary(List<Numbers> inputs, LongBinaryOperator operation) {
        if (inputs.size() != 2 || !inputs.get(1).isInteger()) {
            return null;
        }
        Numbers a = inputs.get(0);
        Numbers b = inputs.get(1);
        Shape shape = Broadcasting.shape(a.shape(), b.shape());
        if (shape.rank() > 1) {
            return null;
        }
        long[] result = new long[shape.flatSize()];
        for (int i = 0; i < result.length; i++) {
            long x = a.longs()[a.count() == 1 ? 0 : i];
            long y = b.longs()[b.count() == 1 ? 0 : i];
            boolean unknown = x == Numbers.UNKNOWN || y == Numbers.UNKNOWN;
            result[i] = unknown ? Numbers.UNKNOWN : operation.applyAsLong(x, y);
        }
        return new Numbers(a.type(), shape, result);
    }
}
