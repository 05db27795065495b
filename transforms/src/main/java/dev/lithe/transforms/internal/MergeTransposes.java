package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// Two TRANSPOSE in a row are one, or none where the second undoes the first. The first stays where others read it.
public final class MergeTransposes extends PatternPass {
    @Override
    public String name() {
        return "merge transpositions";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        int[] second = Permutation.of(node, view);
        Node before = second == null ? null : view.producer(node.input(0));
        int[] first = Permutation.of(before, view);
        if (second == null || first == null || before == null) {
            return null;
        }
        int[] both = Permutation.then(first, second);
        TensorId x = before.input(0);
        if (Permutation.isIdentity(both)) {
            Change removal = RemoveIdentities.remove(node, x, node.output(0), view);
            if (removal != null) {
                return removal;
            }
        }
        return patch -> {
            TensorId order = patch.addTensor(
                    view.index(), Constants.ints(view.input(node, 1).name(), both));
            patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.TRANSPOSE, null, x, order));
        };
    }
}
