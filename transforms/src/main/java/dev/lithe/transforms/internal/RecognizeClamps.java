package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import org.jspecify.annotations.Nullable;

/// `max(x, 0)` is RELU; clamps between 0 and 6, -1 and 1, 0 and 1, their two halves in either order or one of
/// them RELU, are RELU6, RELU_N1_TO_1 and RELU_0_TO_1.
public final class RecognizeClamps extends PatternPass {
    @Override
    public String name() {
        return "recognize rectifiers";
    }

    /// `min(max(x, low), high)`; an infinite bound is none.
    private record Clamp(TensorId x, float low, float high) {}

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        BuiltinOperator own = node.code().builtin();
        boolean half = own == BuiltinOperator.MAXIMUM || own == BuiltinOperator.MINIMUM;
        if (!half && own != BuiltinOperator.RELU && own != BuiltinOperator.RELU6) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        Clamp outer = clamp(node, algebra);
        if (outer == null) {
            return null;
        }
        Node before = view.producer(outer.x);
        Clamp inner = before == null ? null : clamp(before, algebra);
        Change whole = inner == null ? null : replace(node, join(outer, inner));
        return whole != null ? whole : half ? replace(node, outer) : null;
    }

    private static @Nullable Clamp clamp(Node node, Algebra algebra) {
        if (node.outputs().size() != 1 || !GraphView.isFloat(algebra.view().output(node))) {
            return null;
        }
        return switch (node.code().builtin()) {
            case RELU -> new Clamp(node.input(0), 0, Float.POSITIVE_INFINITY);
            case RELU6 -> new Clamp(node.input(0), 0, 6);
            case MAXIMUM -> bound(node, true, algebra);
            case MINIMUM -> bound(node, false, algebra);
            default -> null;
        };
    }

    private static @Nullable Clamp bound(Node node, boolean low, Algebra algebra) {
        Algebra.Scaled found = algebra.besideNumber(node, true);
        return found == null
                ? null
                : new Clamp(
                        found.x(),
                        low ? found.number() : Float.NEGATIVE_INFINITY,
                        low ? Float.POSITIVE_INFINITY : found.number());
    }

    /// Both at once: `outer` of `inner`. Their bounds must not lie past one another.
    private static Clamp join(Clamp outer, Clamp inner) {
        return new Clamp(inner.x, Math.max(outer.low, inner.low), Math.min(outer.high, inner.high));
    }

    private static @Nullable Change replace(Node node, Clamp clamp) {
        BuiltinOperator code = code(clamp);
        return code == null || (code == node.code().builtin() && clamp.x.equals(node.input(0)))
                ? null
                : patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, code, null, clamp.x));
    }

    private static @Nullable BuiltinOperator code(Clamp clamp) {
        if (clamp.low == 0) {
            return clamp.high == 6
                    ? BuiltinOperator.RELU6
                    : clamp.high == 1
                            ? BuiltinOperator.RELU_0_TO_1
                            : clamp.high == Float.POSITIVE_INFINITY ? BuiltinOperator.RELU : null;
        }
        return clamp.low == -1 && clamp.high == 1 ? BuiltinOperator.RELU_N1_TO_1 : null;
    }
}
