package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// FULLY_CONNECTED works along the last dimension and can keep the others: a RESHAPE before it that leaves the last
/// dimension alone, and one behind that brings the leading dimensions back, both go.
public final class ReshapeAroundDense extends PatternPass {
    @Override
    public String name() {
        return "remove reshapes around FULLY_CONNECTED";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        return node.code().builtin() == BuiltinOperator.RESHAPE ? behind(node, view) : null;
    }

    private static @Nullable Node reshape(Node dense, GraphView view) {
        Node before = view.producer(dense.input(0));
        if (before == null
                || before.code().builtin() != BuiltinOperator.RESHAPE
                || !GraphView.isFloat(view.input(before, 0))) {
            return null;
        }
        Shape from = view.input(before, 0).declaredShape();
        Shape to = view.output(before).declaredShape();
        boolean keepsLast = from.rank() > 1
                && to.rank() > 1
                && from.dimension(-1) == to.dimension(-1)
                && from.dimension(-1) != Shape.UNKNOWN;
        return keepsLast ? before : null;
    }

    /// `reshape, dense, reshape back`: the second goes, and the dense layer keeps dimensions.
    private static @Nullable Change behind(Node node, GraphView view) {
        TensorId flat = node.input(0);
        Node dense = view.producer(flat);
        Node first = dense == null || dense.code().builtin() != BuiltinOperator.FULLY_CONNECTED
                ? null
                : reshape(dense, view);
        if (first == null
                || dense == null
                || !view.hasSingleUse(flat)
                || !view.tensor(flat).isRanked()) {
            return null;
        }
        Shape from = view.input(first, 0).declaredShape();
        Shape kept = from.withDimension(-1, view.output(dense).declaredShape().dimension(-1));
        return kept.equals(view.output(node).declaredShape())
                ? patch -> patch.remove(dense.id())
                        .replace(node.id(), keeping(dense, first.input(0)).withOutputs(node.outputs()))
                : null;
    }

    private static Node keeping(Node dense, TensorId x) {
        FullyConnectedOptions options = dense.options().as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT);
        return withInput(dense, x).withOptions(Options.of(options.withKeepNumDims(true)));
    }

    private static Node withInput(Node dense, TensorId x) {
        List<TensorId> inputs = new ArrayList<>(dense.inputs());
        inputs.set(0, x);
        return dense.withInputs(inputs);
    }
}
