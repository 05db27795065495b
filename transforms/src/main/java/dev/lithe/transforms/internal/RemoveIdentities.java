package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.schema.ActivationFunctionType;
import dev.lithe.schema.LeakyReluOptions;
import java.util.Arrays;
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
                && to.isRanked()
                && !from.variable() // what is read later may be another value
                && from.type() == to.type()
                && from.quantization().equals(to.quantization())
                && from.declaredShape().equals(to.declaredShape());
        return same && !from.isConstant() ? remove(node, from.id(), to.id(), view) : null;
    }

    /// Which input comes out unchanged, or -1.
    private static int keptInput(Node node, GraphView view) {
        return switch (node.code().builtin()) {
            case RESHAPE, CAST -> 0; // equal shapes and types are asked for above
            case TRANSPOSE -> isIdentity(Permutation.of(node, view)) ? 0 : -1;
            case PAD -> hasZeros(node, view) ? 0 : -1;
            case MUL -> plain(node) ? (isAll(node, 1, view, 1) ? 0 : isAll(node, 0, view, 1) ? 1 : -1) : -1;
            case ADD -> plain(node) ? (isAll(node, 1, view, 0) ? 0 : isAll(node, 0, view, 0) ? 1 : -1) : -1;
            case LEAKY_RELU -> keepsNegatives(node) ? 0 : -1;
            case DIV -> plain(node) && isAll(node, 1, view, 1) ? 0 : -1;
            case SUB -> plain(node) && isAll(node, 1, view, 0) ? 0 : -1;
            default -> -1;
        };
    }

    private static boolean keepsNegatives(Node node) {
        return node.options()
                        .as(LeakyReluOptions.class, LeakyReluOptions.DEFAULT)
                        .alpha()
                == 1;
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

    private static boolean isIdentity(int @Nullable [] order) {
        return order != null && Permutation.isIdentity(order);
    }

    /// Whether the constant in input 1 is all zeros.
    private static boolean hasZeros(Node node, GraphView view) {
        int[] values = view.ints(node, 1);
        return values != null && Arrays.stream(values).allMatch(v -> v == 0);
    }

    /// The change that takes `node` away, whose result `to` is what `from` is; null where both must stay.
    static @Nullable Change remove(Node node, TensorId from, TensorId to, GraphView view) {
        if (!view.isOutput(to)) {
            return patch -> {
                patch.remove(node.id());
                patch.replaceUses(to, from);
            };
        }
        // The result is seen outside and keeps its name, so what is before writes it directly.
        Node producer = view.producer(from);
        if (view.isOutput(from)) {
            return null;
        }
        if (producer == null) {
            // Signatures keep the name of a result that is an input as it came.
            return view.isInput(from) && view.isSignatureOutput(to)
                    ? patch -> {
                        patch.remove(node.id());
                        patch.replaceUses(to, from);
                    }
                    : null;
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
