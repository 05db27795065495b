package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// BATCH_MATMUL reads a matrix as its transpose by itself: a TRANSPOSE before it that swaps the last two dimensions and
/// nothing else becomes `adj_x` or `adj_y`.
public final class TransposeIntoMatmul extends PatternPass {
    @Override
    public String name() {
        return "take transpositions into matrix products";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.BATCH_MATMUL) {
            return null;
        }
        for (int i = 0; i < 2; i++) {
            Node before = view.producer(node.input(i));
            int[] order = Permutation.of(before, view);
            if (before != null && order != null && swapsLast(order)) {
                return replace(node, i, before.input(0));
            }
        }
        return null;
    }

    private static boolean swapsLast(int[] order) {
        int rank = order.length;
        if (rank < 2 || order[rank - 1] != rank - 2 || order[rank - 2] != rank - 1) {
            return false;
        }
        for (int i = 0; i < rank - 2; i++) {
            if (order[i] != i) {
                return false;
            }
        }
        return true;
    }

    private static Change replace(Node node, int operand, TensorId x) {
        BatchMatMulOptions old = node.options().as(BatchMatMulOptions.class, BatchMatMulOptions.DEFAULT);
        BatchMatMulOptions turned = operand == 0 ? old.withAdjX(!old.adjX()) : old.withAdjY(!old.adjY());
        TensorId a = operand == 0 ? x : node.input(0);
        TensorId b = operand == 1 ? x : node.input(1);
        return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.BATCH_MATMUL, turned, a, b));
    }
}
