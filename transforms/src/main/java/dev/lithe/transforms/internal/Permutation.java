package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.BuiltinOperator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What TRANSPOSE does: dimension `i` of the result is dimension `order[i]` of the input.
final class Permutation {
    private Permutation() {}

    /// The constant order of a TRANSPOSE of floats or anything else; null for other operators.
    static int @Nullable [] of(@Nullable Node node, GraphView view) {
        if (node == null || node.code().builtin() != BuiltinOperator.TRANSPOSE) {
            return null;
        }
        int[] order = view.ints(node, 1);
        TensorSpec from = view.input(node, 0);
        return order == null
                        || from.quantization().isPresent()
                        || !from.isRanked()
                        || from.declaredShape().rank() != order.length
                ? null
                : Arrays.stream(order).map(i -> i < 0 ? i + order.length : i).toArray();
    }

    /// First `first`, then `second`.
    static int[] then(int[] first, int[] second) {
        return Arrays.stream(second).map(i -> first[i]).toArray();
    }

    static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    static boolean isIdentity(int[] order) {
        for (int i = 0; i < order.length; i++) {
            if (order[i] != i) {
                return false;
            }
        }
        return true;
    }

    /// The shape of `shape` after a TRANSPOSE.
    static Shape apply(int[] order, Shape shape) {
        return Shape.of(Arrays.stream(order).map(shape::dimension).toArray());
    }
}
