package dev.lithe.transforms.internal;

import dev.lithe.graph.Node;
import dev.lithe.graph.TensorId;
import dev.lithe.schema.BuiltinOperator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Of two RESHAPE in a row only the second counts.
public final class MergeReshapes extends PatternPass {
    private static final Set<BuiltinOperator> RESHAPE = EnumSet.of(BuiltinOperator.RESHAPE);

    @Override
    public String name() {
        return "merge reshapes";
    }

    @Override
    @Nullable
    Change match(Node node, GraphView view) {
        if (node.code().builtin() != BuiltinOperator.RESHAPE) {
            return null;
        }
        Node before = view.soleProducer(node, 0, RESHAPE);
        if (before == null) {
            return null;
        }
        List<TensorId> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, before.input(0));
        return patch -> patch.remove(before.id()).replace(node.id(), node.withInputs(inputs));
    }
}
