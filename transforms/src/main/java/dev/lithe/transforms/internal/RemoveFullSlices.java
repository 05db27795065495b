package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.ConcatenationOptions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Removes operators on a part of a tensor that is all of it: SLICE and STRIDED_SLICE (in steps of 1),
/// BROADCAST_TO, TILE, GATHER of all in order, CONCATENATION and ADD_N of one tensor, and reductions (SUM,
/// MEAN, extremes, product) of dimensions of size 1; those that drop them are RESHAPE.
public final class RemoveFullSlices extends PatternPass {
    @Override
    public String name() {
        return "remove slices and reductions without effect";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.inputs().isEmpty() || node.outputs().size() != 1 || !node.hasInput(0)) {
            return null;
        }
        TensorSpec from = view.input(node, 0);
        TensorSpec to = view.output(node);
        if (from.type() != to.type()
                || from.isConstant()
                || !from.isRanked()
                || !to.isRanked()
                || !from.quantization().equals(to.quantization())
                || !keepsAll(node, from.declaredShape(), to.declaredShape(), view)) {
            return null;
        }
        if (from.declaredShape().equals(to.declaredShape())) {
            return RemoveIdentities.remove(node, from.id(), to.id(), view);
        }
        long unknown = to.declaredShape().dimensions().stream()
                .filter(d -> d == Shape.UNKNOWN)
                .count();
        return unknown > 1
                ? null
                : patch -> {
                    TensorId target = patch.addTensor(
                            view.index(),
                            Constants.ints(to.name(), to.declaredShape().toArray()));
                    patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.RESHAPE, null, from.id(), target));
                };
    }

    private static boolean keepsAll(Node node, Shape from, Shape to, GraphView view) {
        boolean same = from.equals(to) && from.isKnown();
        return switch (node.code().builtin()) {
            case SLICE, BROADCAST_TO, TILE -> same;
            case STRIDED_SLICE -> same && allOne(view.ints(node, 3));
            case GATHER -> same && counts(view.ints(node, 1));
            case CONCATENATION -> !isActivated(node) && node.inputs().size() == 1 && from.equals(to);
            case ADD_N -> node.inputs().size() == 1 && from.equals(to);
            case SUM, MEAN, REDUCE_MAX, REDUCE_MIN, REDUCE_PROD -> reducesNothing(node, from, to, view);
            default -> false;
        };
    }

    private static boolean isActivated(Node concatenation) {
        return concatenation
                        .options()
                        .as(ConcatenationOptions.class, ConcatenationOptions.DEFAULT)
                        .fusedActivationFunction()
                != ActivationFunctionType.NONE;
    }

    private static boolean reducesNothing(Node node, Shape from, Shape to, GraphView view) {
        if (from.rank() == 0) {
            return to.rank() == 0; // else the axes are not known, and what is declared is a guess
        }
        int[] axes = Reduced.axes(node, view);
        return axes != null && Arrays.stream(axes).allMatch(a -> from.dimension(a) == 1);
    }

    private static boolean allOne(int @Nullable [] values) {
        return values != null && Arrays.stream(values).allMatch(v -> v == 1);
    }

    private static boolean counts(int @Nullable [] values) {
        return values != null && values.length > 1 && Permutation.isIdentity(values);
    }
}
