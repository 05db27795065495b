package dev.lithe.quantizer.internal;

import dev.lithe.graph.GraphPatch;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.OperatorCode;
import dev.lithe.graph.Options;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorSpec;
import dev.lithe.operators.Definition;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operators;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationPlan;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.BatchMatMulOptions;
import dev.lithe.schema.BuiltinOperator;
import dev.lithe.schema.FullyConnectedOptions;
import dev.lithe.schema.TensorType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Dynamic range: weights in 8 bits, activations quantized at run time by the hybrid kernels.
public final class DynamicRange {
    /// Smaller weights stay in float: they would save nothing worth the loss (TensorFlow's limit, spec §5.1).
    static final int MINIMUM_ELEMENTS = 1024;

    private final QuantizationPlan plan;
    private final GraphPatch patch;
    private final int index;
    private final Subgraph subgraph;

    private DynamicRange(QuantizationPlan plan, GraphPatch patch, int index) {
        this.plan = plan;
        this.patch = patch;
        this.index = index;
        this.subgraph = plan.model().subgraphs().get(index);
    }

    public static QuantizationPlan plan(Model model, Recipe recipe) {
        Map<NodeId, Decision> decisions = new LinkedHashMap<>();
        for (int s = 0; s < model.subgraphs().size(); s++) {
            Subgraph subgraph = model.subgraphs().get(s);
            for (int n = 0; n < subgraph.nodes().size(); n++) {
                Decision decision = decide(model, recipe, s, n);
                decisions.put(decision.node(), decision);
            }
        }
        List<String> warnings = decisions.values().stream().anyMatch(d -> d.precision() == Precision.HYBRID)
                ? List.of()
                : List.of("no operator has weights of " + MINIMUM_ELEMENTS
                        + " elements or more, so nothing was quantized and the file stays a float model");
        return new QuantizationPlan(model, recipe, decisions, Map.of(), warnings);
    }

    private static Decision decide(Model model, Recipe recipe, int subgraphIndex, int index) {
        Subgraph subgraph = model.subgraphs().get(subgraphIndex);
        Node node = subgraph.nodes().get(index);
        NodeView view = new NodeView(subgraph, node);
        if (!Graphs.touchesFloat(view)) {
            return new Decision(
                    node.id(),
                    node.code(),
                    Graphs.location(model, subgraphIndex, index),
                    Precision.OTHER,
                    "works on no real numbers");
        }
        String obstacle = obstacle(view, recipe);
        return new Decision(
                node.id(),
                node.code(),
                Graphs.location(model, subgraphIndex, index),
                obstacle == null ? Precision.HYBRID : Precision.FLOAT32,
                obstacle == null ? "8-bit weights, activations quantized at run time" : obstacle);
    }

    private static @Nullable String obstacle(NodeView view, Recipe recipe) {
        String excluded = Eligibility.exclusion(view, recipe);
        if (excluded != null) {
            return excluded;
        }
        Optional<Definition<?>> definition =
                Operators.definition(view.node().code().builtin());
        if (definition.isEmpty() || !definition.get().quantization().hybrid()) {
            return "has no kernel for 8-bit weights with float activations";
        }
        int weight = definition.get().quantization().hybridWeight();
        String constant = Eligibility.constantObstacle(view, weight, "weights");
        if (constant != null) {
            return constant;
        }
        long elements = view.input(weight).shape().elementCount();
        return elements < MINIMUM_ELEMENTS
                ? "its weights have " + elements + " elements, fewer than " + MINIMUM_ELEMENTS
                : null;
    }

    public static Model apply(QuantizationPlan plan) {
        GraphPatch patch = GraphPatch.on(plan.model());
        for (int s = 0; s < plan.model().subgraphs().size(); s++) {
            new DynamicRange(plan, patch, s).rewrite();
        }
        return patch.removeUnusedTensors().apply();
    }

    private void rewrite() {
        Set<String> names = new HashSet<>();
        subgraph.tensors().values().forEach(spec -> names.add(spec.name()));
        ConstantStore store = new ConstantStore(patch, index, names);
        Map<TensorId, TensorId> quantized = new LinkedHashMap<>();
        for (Node node : subgraph.nodes()) {
            if (plan.precision(node.id()) == Precision.HYBRID) {
                NodeView view = new NodeView(subgraph, node);
                QuantizationRule rule = RangePropagation.rule(node);
                TensorSpec weights = view.input(rule.hybridWeight());
                WeightScaling scaling = OperandQuantizer.scaling(rule, weights, Graphs.floats(weights), plan.recipe());
                TensorId twin = store.twin(weights, TensorType.INT8, scaling.parameters(), scaling::encode);
                quantized.putIfAbsent(weights.id(), twin);
                patch.replaceUse(node.id(), weights.id(), twin);
                patch.update(node.id(), n -> n.withOptions(options(n)));
            }
        }
        dequantizeForOthers(quantized, names);
    }

    /// FULLY_CONNECTED is told to quantize its input asymmetrically, which its per-channel kernel needs;
    /// BATCH_MATMUL too, as TensorFlow's converter does it.
    private static Options options(Node node) {
        return switch (node.code().builtin()) {
            case FULLY_CONNECTED ->
                Options.of(node.options()
                        .as(FullyConnectedOptions.class, FullyConnectedOptions.DEFAULT)
                        .withAsymmetricQuantizeInputs(true));
            case BATCH_MATMUL ->
                Options.of(node.options()
                        .as(BatchMatMulOptions.class, BatchMatMulOptions.DEFAULT)
                        .withAsymmetricQuantizeInputs(true));
            default -> node.options();
        };
    }

    /// A weight that is also read by operators without a hybrid kernel is stored once, and dequantized for these.
    private void dequantizeForOthers(Map<TensorId, TensorId> quantized, Set<String> names) {
        Map<TensorId, List<Node>> consumers = subgraph.consumers();
        quantized.forEach((original, twin) -> {
            List<Node> others = consumers.getOrDefault(original, List.of()).stream()
                    .filter(node -> plan.precision(node.id()) != Precision.HYBRID)
                    .toList();
            if (!others.isEmpty()) {
                TensorSpec spec = subgraph.tensor(original);
                String name = Graphs.freshName(spec.name() + "_dequantized", names);
                TensorId real = patch.addTensor(index, spec.withName(name).withConstant(null));
                patch.addFirst(
                        index,
                        new Node(
                                patch.newNodeId(),
                                OperatorCode.of(BuiltinOperator.DEQUANTIZE),
                                Options.NONE,
                                List.of(twin),
                                List.of(real)));
                others.forEach(node -> patch.replaceUse(node.id(), original, real));
            }
        });
    }
}
