package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A TRANSPOSE that moves only dimensions of size 1 past others moves no element: it is a RESHAPE. Not where
/// more than one dimension of the result is unknown.
public final class TransposeToReshape extends PatternPass {
    @Override
    public String name() {
        return "write transpositions that move nothing as reshape";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        int[] order = Permutation.of(node, view);
        if (order == null) {
            return null;
        }
        Shape from = view.input(node, 0).declaredShape();
        int[] moved = Arrays.stream(order).filter(i -> from.dimension(i) != 1).toArray();
        boolean sorted = Arrays.equals(moved, Arrays.stream(moved).sorted().toArray());
        Shape to = Permutation.apply(order, from);
        long unknown = to.dimensions().stream().filter(d -> d == Shape.UNKNOWN).count();
        if (!sorted || unknown > 1 || Permutation.isIdentity(order)) {
            return null;
        }
        return patch -> {
            TensorId target = patch.addTensor(
                    view.index(), Constants.ints(view.input(node, 1).name(), to.toArray()));
            patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.RESHAPE, null, node.input(0), target));
        };
    }
}
