package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.support.Broadcasting;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A BROADCAST_TO or TILE before an operator that broadcasts by itself goes, where the result keeps its shape
/// without it; TILE only along dimensions of size 1. Up to rank 4, beyond which kernels differ.
public final class DropBroadcasts extends PatternPass {
    private static final int LARGEST_RANK = 4;
    private static final Set<BuiltinOperator> READERS = EnumSet.of(
            BuiltinOperator.ADD,
            BuiltinOperator.SUB,
            BuiltinOperator.MUL,
            BuiltinOperator.DIV,
            BuiltinOperator.MAXIMUM,
            BuiltinOperator.MINIMUM);

    @Override
    public String name() {
        return "leave broadcasting to arithmetic";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (!READERS.contains(node.code().builtin()) || node.inputs().size() != 2) {
            return null;
        }
        Shape result = view.output(node).declaredShape();
        for (int i = 0; i < 2; i++) {
            Node before = view.producer(node.input(i));
            if (before != null && broadcasts(before, view) && result.isKnown() && result.rank() <= LARGEST_RANK) {
                Shape small = view.input(before, 0).declaredShape();
                Shape other = view.input(node, 1 - i).declaredShape();
                if (isPlain(before, view)
                        && view.output(node).isRanked()
                        && view.input(node, 1 - i).isRanked()
                        && small.isKnown()
                        && other.isKnown()
                        && Broadcasting.shape(small, other).equals(result)) {
                    List<TensorId> inputs = new ArrayList<>(node.inputs());
                    inputs.set(i, before.input(0));
                    return patch -> patch.replace(node.id(), node.withInputs(inputs));
                }
            }
        }
        return null;
    }

    /// Whether a broadcast does not change what its elements mean, and the rank of what it reads is known.
    private static boolean isPlain(Node broadcast, GraphView view) {
        TensorSpec from = view.input(broadcast, 0);
        return from.isRanked()
                && from.type() == view.output(broadcast).type()
                && from.quantization().equals(view.output(broadcast).quantization());
    }

    private static boolean broadcasts(Node node, GraphView view) {
        if (node.code().builtin() == BuiltinOperator.BROADCAST_TO) {
            return true;
        }
        if (node.code().builtin() != BuiltinOperator.TILE) {
            return false;
        }
        Shape from = view.input(node, 0).declaredShape();
        Shape to = view.output(node).declaredShape();
        for (int i = 0; i < from.rank(); i++) {
            if (from.dimension(i) != 1 && from.dimension(i) != to.dimension(i)) {
                return false;
            }
        }
        return from.isKnown() && to.isKnown();
    }
}
