package dev.lithe.transforms.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Shape;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Operators;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.Bytes;
import dev.lithe.schema.TensorType;
import dev.lithe.transforms.Pass;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Computes once what is computed more than once: of nodes with the same operator, options and inputs the first stays.
/// Not for operators that give another answer every time or do more than compute (random numbers, variables, control
/// flow, custom operators), not for those with variables, and not where a result is seen outside.
public final class MergeEqualNodes implements Pass {
    private static final Set<BuiltinOperator> RANDOM = EnumSet.of(
            BuiltinOperator.RANDOM_UNIFORM,
            BuiltinOperator.RANDOM_STANDARD_NORMAL,
            BuiltinOperator.MULTINOMIAL,
            BuiltinOperator.VAR_HANDLE,
            BuiltinOperator.READ_VARIABLE);

    /// Larger constants are equal only where they are the same tensor.
    private static final long SMALL = 1 << 16;

    /// @param inputs a tensor each, or what a small constant holds
    private record Work(OperatorCode code, Options options, List<Object> inputs) {}

    private record Value(TensorType type, Shape shape, Bytes bytes) {}

    @Override
    public String name() {
        return "compute the same once";
    }

    @Override
    public Model apply(Model model) {
        GraphPatch patch = GraphPatch.on(model);
        boolean changed = false;
        for (int i = 0; i < model.subgraphs().size(); i++) {
            GraphView view = new GraphView(i, patch);
            Map<Work, Node> first = new HashMap<>();
            for (Node seen : view.nodes()) {
                // What stands before may have changed what this one reads.
                Node node = patch.node(seen.id());
                if (node != null && isPure(node, view)) {
                    Node earlier = first.putIfAbsent(work(node, view), node);
                    if (earlier != null && fits(node, earlier, view)) {
                        merge(node, earlier, patch);
                        changed = true;
                    }
                }
            }
        }
        return changed ? patch.apply() : model;
    }

    private static Work work(Node node, GraphView view) {
        List<Object> inputs = new ArrayList<>();
        for (TensorId id : node.inputs()) {
            Value value = id.isPresent() ? value(view.tensor(id)) : null;
            inputs.add(value == null ? id : value);
        }
        return new Work(node.code(), node.options(), inputs);
    }

    private static @Nullable Value value(TensorSpec spec) {
        boolean plain = spec.isConstant()
                && spec.sparsity() == null
                && !spec.quantization().isPresent()
                && FloatConstants.constant(spec).byteSize() <= SMALL;
        return plain
                ? new Value(
                        spec.type(), spec.shape(), FloatConstants.constant(spec).bytes())
                : null;
    }

    private static boolean isPure(Node node, GraphView view) {
        BuiltinOperator code = node.code().builtin();
        return !RANDOM.contains(code)
                && !RemoveDeadCode.mayHaveEffects(code)
                && !node.outputs().isEmpty()
                && node.intermediates().isEmpty()
                && Operators.definition(code).isPresent()
                && Stream.concat(node.inputs().stream(), node.outputs().stream())
                        .noneMatch(id -> id.isPresent() && view.tensor(id).variable());
    }

    private static boolean fits(Node node, Node earlier, GraphView view) {
        if (node.outputs().size() != earlier.outputs().size()) {
            return false;
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            TensorId own = node.output(i);
            boolean same = view.tensor(own)
                            .declaredShape()
                            .equals(view.tensor(earlier.output(i)).declaredShape())
                    && view.tensor(own).type() == view.tensor(earlier.output(i)).type()
                    && view.tensor(own)
                            .quantization()
                            .equals(view.tensor(earlier.output(i)).quantization());
            if (!same || view.isOutput(own)) {
                return false;
            }
        }
        return true;
    }

    private static void merge(Node node, Node earlier, GraphPatch patch) {
        patch.remove(node.id());
        for (int i = 0; i < node.outputs().size(); i++) {
            patch.replaceUses(node.output(i), earlier.output(i));
        }
    }
}
