package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes SQUEEZE and EXPAND_DIMS as RESHAPE, where at most one dimension is unknown.
public final class ShapeToReshape extends PatternPass {
    private static final Set<BuiltinOperator> CODES = EnumSet.of(BuiltinOperator.SQUEEZE, BuiltinOperator.EXPAND_DIMS);

    @Override
    public String name() {
        return "write squeeze and expand_dims as reshape";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (!CODES.contains(node.code().builtin())) {
            return null;
        }
        Shape shape = view.output(node).declaredShape();
        if (!view.output(node).isRanked()
                || shape.dimensions().stream().filter(d -> d == Shape.UNKNOWN).count() > 1) {
            return null;
        }
        return patch -> {
            TensorId target = patch.addTensor(
                    view.index(), Constants.ints(view.output(node).name(), shape.toArray()));
            patch.replace(
                    node.id(),
                    new Node(
                            node.id(),
                            OperatorCode.of(BuiltinOperator.RESHAPE),
                            Options.NONE,
                            List.of(node.input(0), target),
                            node.outputs()));
        };
    }
}
