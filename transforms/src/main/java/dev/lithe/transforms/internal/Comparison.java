package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import org.jspecify.annotations.Nullable;

/// A comparison of `x` with 0, for choices that agree where it is 0.
///
/// @param positiveFirst whether it is true for positive numbers, and false for negative ones
record Comparison(TensorId x, boolean positiveFirst) {
    /// What makes boolean tensor `id`, where that compares with 0.
    static @Nullable Comparison withZero(TensorId id, Algebra algebra) {
        Node node = algebra.view().producer(id);
        if (node == null || node.inputs().size() != 2) {
            return null;
        }
        Boolean greater = switch (node.code().builtin()) {
            case GREATER, GREATER_EQUAL -> Boolean.TRUE;
            case LESS, LESS_EQUAL -> Boolean.FALSE;
            default -> null;
        };
        if (greater == null) {
            return null;
        }
        if (algebra.number(node.input(1)) == 0) {
            return new Comparison(node.input(0), greater);
        }
        return algebra.number(node.input(0)) == 0 ? new Comparison(node.input(1), !greater) : null;
    }
}
