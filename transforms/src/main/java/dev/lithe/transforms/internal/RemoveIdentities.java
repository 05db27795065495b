package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.Tensor;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.support.ShapeValues;
import dev.lithe.schema.ActivationFunctionType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes operators that give back what they get: a RESHAPE to the same shape, a TRANSPOSE that
/// moves nothing, a PAD of width 0, a CAST to the same type, and `x · 1`, `x / 1`, `x + 0`, `x -
/// 0`.
public final class RemoveIdentities extends PatternPass {
    @Override
    public String name() {
        return "remove identities";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.inputs().isEmpty() || node.outputs().size() != 1) {
            return null;
        }
        int kept = keptInput(node, view);
        if (kept < 0) {
            return null;
        }
        TensorSpec from = view.input(node, kept);
        TensorSpec to = view.output(node);
        boolean same = from.isRanked()
                && from.type() == to.type()
                && from.quantization().equals(to.quantization())
                && from.declaredShape().equals(to.declaredShape());
        return same && !from.isConstant() ? remove(node, from.id(), to.id(), view) : null;
    }

    /// Which input comes out unchanged, or -1.
    private static int keptInput(Node node, GraphView view) {
        return switch (node.code().builtin()) {
            case RESHAPE, CAST -> 0; // equal shapes and types are asked for above
            case TRANSPOSE -> hasInts(node, view, true) ? 0 : -1;
            case PAD -> hasInts(node, view, false) ? 0 : -1;
            case MUL -> plain(node) ? (isAll(node, 1, view, 1) ? 0 : isAll(node, 0, view, 1) ? 1 : -1) : -1;
            case ADD -> plain(node) ? (isAll(node, 1, view, 0) ? 0 : isAll(node, 0, view, 0) ? 1 : -1) : -1;
            case DIV -> plain(node) && isAll(node, 1, view, 1) ? 0 : -1;
            case SUB -> plain(node) && isAll(node, 1, view, 0) ? 0 : -1;
            default -> -1;
        };
    }

    private static boolean plain(Node node) {
        return Affine.activation(node) == ActivationFunctionType.NONE;
    }

    private static boolean isAll(Node node, int constant, GraphView view, float value) {
        if (!view.isFloatConstant(node, constant)) {
            return false;
        }
        for (float element : FloatConstants.values(view.input(node, constant))) {
            if (element != value) {
                return false;
            }
        }
        return true;
    }

    /// Whether the constant in input 1 is 0, 1, 2, … (`counting`) or all zeros.
    private static boolean hasInts(Node node, GraphView view, boolean counting) {
        if (!node.hasInput(1) || !view.input(node, 1).isConstant()) {
            return false;
        }
        Tensor tensor = Constants.tensor(view.input(node, 1));
        int[] values = ShapeValues.of(tensor);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != (counting ? i : 0)) {
                return false;
            }
        }
        return true;
    }

    /// The change that takes `node` away, whose result `to` is what `from` is; null where both are seen outside.
    static @Nullable Change remove(Node node, TensorId from, TensorId to, GraphView view) {
        if (!view.isOutput(to)) {
            return patch -> {
                patch.remove(node.id());
                patch.replaceUses(to, from);
            };
        }
        // The result is seen outside and keeps its name, so what is before writes it directly.
        Node producer = view.producer(from);
        if (producer == null || view.isOutput(from)) {
            return null;
        }
        return patch -> writeDirectly(patch, node, producer, from, to);
    }

    private static void writeDirectly(GraphPatch patch, Node node, Node producer, TensorId from, TensorId to) {
        patch.remove(node.id());
        List<TensorId> outputs =
                producer.outputs().stream().map(id -> id.equals(from) ? to : id).toList();
        patch.replace(producer.id(), producer.withOutputs(outputs));
        patch.replaceUses(from, to);
    }
}
