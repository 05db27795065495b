package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.SoftmaxOptions;
import org.jspecify.annotations.Nullable;

/// `exp(x) / Σ exp(x)` along the last dimension, also of `x - max(x)`, is SOFTMAX; `log(softmax(x))` and `x -
/// log(Σ exp(x))`, also of `x - max(x)`, are LOG_SOFTMAX. (The maximum makes no difference but for overflow,
/// against which the operators guard themselves.)
public final class RecognizeSoftmax extends PatternPass {
    @Override
    public String name() {
        return "recognize SOFTMAX";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.outputs().size() != 1 || !GraphView.isFloat(view.output(node)) || !Algebra.isPlain(node)) {
            return null;
        }
        Algebra algebra = new Algebra(view);
        return switch (node.code().builtin()) {
            case DIV -> quotient(node, algebra);
            case SUB -> difference(node, algebra);
            case LOG -> logarithm(node, algebra);
            default -> null;
        };
    }

    private static @Nullable Change quotient(Node node, Algebra algebra) {
        Node exponential = algebra.made(node.input(0), BuiltinOperator.EXP);
        Node sum = algebra.made(node.input(1), BuiltinOperator.SUM);
        if (exponential == null
                || sum == null
                || !sum.input(0).equals(exponential.output(0))
                || !Reduced.isLast(sum, true, algebra.view())) {
            return null;
        }
        TensorId x = withoutMaximum(exponential.input(0), algebra);
        return patch ->
                patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.SOFTMAX, new SoftmaxOptions(1), x));
    }

    private static @Nullable Change difference(Node node, Algebra algebra) {
        Node logarithm = algebra.made(node.input(1), BuiltinOperator.LOG);
        Node sum = logarithm == null ? null : algebra.made(logarithm.input(0), BuiltinOperator.SUM);
        Node exponential = sum == null ? null : algebra.made(sum.input(0), BuiltinOperator.EXP);
        if (sum == null
                || exponential == null
                || !exponential.input(0).equals(node.input(0))
                || !Reduced.isLast(sum, true, algebra.view())) {
            return null;
        }
        TensorId x = withoutMaximum(node.input(0), algebra);
        return patch -> patch.replace(node.id(), Nodes.inPlaceOf(node, BuiltinOperator.LOG_SOFTMAX, null, x));
    }

    private static @Nullable Change logarithm(Node node, Algebra algebra) {
        Node softmax = algebra.made(node.input(0), BuiltinOperator.SOFTMAX);
        return softmax != null
                        && softmax.options()
                                        .as(SoftmaxOptions.class, SoftmaxOptions.DEFAULT)
                                        .beta()
                                == 1
                ? patch -> patch.replace(
                        node.id(), Nodes.inPlaceOf(node, BuiltinOperator.LOG_SOFTMAX, null, softmax.input(0)))
                : null;
    }

    /// `x` where `id` is `x - max(x)` along the last dimension, otherwise `id`.
    private static TensorId withoutMaximum(TensorId id, Algebra algebra) {
        Node difference = algebra.made(id, BuiltinOperator.SUB);
        if (difference == null) {
            return id;
        }
        Node maximum = algebra.made(difference.input(1), BuiltinOperator.REDUCE_MAX);
        return maximum != null
                        && maximum.input(0).equals(difference.input(0))
                        && Reduced.isLast(maximum, true, algebra.view())
                ? difference.input(0)
                : id;
    }
}
