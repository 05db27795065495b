package dev.lithe.quantizer.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.TensorType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// float16: every float32 constant is stored in half the bytes and widened by a DEQUANTIZE at the start of
/// the graph, which runtimes evaluate once; accelerators read the constants as they are.
public final class Float16 {
    private Float16() {}

    public static QuantizationPlan plan(Model model, Recipe recipe) {
        Map<NodeId, Decision> decisions = new LinkedHashMap<>();
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                Node node = subgraph.nodes().get(n);
                NodeView view = new NodeView(subgraph, node);
                boolean stored = node.inputs().stream()
                        .anyMatch(id -> id.isPresent() && isStored(subgraph, id) && reads(view, recipe));
                Precision precision =
                        stored ? Precision.FLOAT16 : Graphs.touchesFloat(view) ? Precision.FLOAT32 : Precision.OTHER;
                String excluded = Eligibility.exclusion(view, recipe);
                String reason = stored
                        ? "its constants are stored as float16"
                        : excluded != null ? excluded : "has no float constants";
                decisions.put(
                        node.id(),
                        new Decision(node.id(), node.code(), Graphs.location(model, s, n), precision, reason));
            }
        }
        return new QuantizationPlan(model, recipe, decisions, Map.of(), List.of());
    }

    private static boolean reads(NodeView view, Recipe recipe) {
        return Eligibility.exclusion(view, recipe) == null;
    }

    /// Whether a tensor is a constant that this mode stores as float16.
    private static boolean isStored(Subgraph subgraph, TensorId id) {
        TensorSpec spec = subgraph.tensor(id);
        return spec.isConstant() && Graphs.isFloat(spec) && spec.sparsity() == null;
    }

    public static Model apply(QuantizationPlan plan) {
        GraphPatch patch = GraphPatch.on(plan.model());
        for (int s = 0; s < plan.model().subgraphs().size(); s++) {
            rewrite(plan, patch, s);
        }
        return patch.removeUnusedTensors().apply();
    }

    private static void rewrite(QuantizationPlan plan, GraphPatch patch, int index) {
        Subgraph subgraph = plan.model().subgraphs().get(index);
        Set<String> names = new HashSet<>();
        subgraph.tensors().values().forEach(spec -> names.add(spec.name()));
        ConstantStore store = new ConstantStore(patch, index, names);
        Map<TensorId, List<Node>> consumers = subgraph.consumers();
        for (Map.Entry<TensorId, List<Node>> entry : consumers.entrySet()) {
            List<Node> readers = entry.getValue().stream()
                    .filter(node -> plan.precision(node.id()) == Precision.FLOAT16)
                    .toList();
            if (!isStored(subgraph, entry.getKey()) || readers.isEmpty()) {
                continue;
            }
            TensorSpec spec = subgraph.tensor(entry.getKey());
            TensorId half = store.twin(
                    spec,
                    TensorType.FLOAT16,
                    QuantizationParameters.NONE,
                    values -> Encoding.of(QuantizationMath.toFloat16(values)));
            String name = Graphs.freshName(spec.name() + "_dequantized", names);
            TensorId real = patch.addTensor(index, spec.withName(name).withConstant(null));
            patch.addFirst(
                    index,
                    new Node(
                            patch.newNodeId(),
                            OperatorCode.of(BuiltinOperator.DEQUANTIZE),
                            Options.NONE,
                            List.of(half),
                            List.of(real)));
            readers.forEach(node -> patch.replaceUse(node.id(), spec.id(), real));
        }
    }
}
