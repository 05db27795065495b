package dev.lithe.quantizer.internal;

import dev.lithe.graph.CalibrationTable;
import dev.lithe.graph.Model;
import dev.lithe.graph.Node;
import dev.lithe.graph.NodeId;
import dev.lithe.graph.QuantizationParameters;
import dev.lithe.graph.Subgraph;
import dev.lithe.graph.TensorId;
import dev.lithe.graph.TensorKey;
import dev.lithe.graph.TensorStatistics;
import dev.lithe.operators.NodeView;
import dev.lithe.operators.Operators;
import dev.lithe.operators.QuantizationMath;
import dev.lithe.operators.QuantizationRule;
import dev.lithe.operators.QuantizationRule.Scales;
import dev.lithe.quantizer.Decision;
import dev.lithe.quantizer.Precision;
import dev.lithe.quantizer.QuantizationMode;
import dev.lithe.quantizer.Recipe;
import dev.lithe.schema.TensorType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Gives every activation of one subgraph that is held in integers its parameters.
///
/// Three sources: the recorded range; the parameters of the input, where an operator with one real operand
/// only moves values; fixed output parameters. Where an operator compares or joins several operands, all must
/// have the parameters of its output: the producer of an operand takes them where nothing else reads it,
/// otherwise the rewriter requantizes for this reader alone (TensorFlow changes the producer in either case,
/// which clips its other readers: spec §4.6).
final class RangePropagation {
    private final Subgraph subgraph;
    private final Recipe recipe;
    private final Map<NodeId, Decision> decisions;
    private final Map<TensorId, TensorKey> keys;
    private final Map<TensorId, Node> producers;
    private final Map<TensorId, List<Node>> consumers;

    RangePropagation(
            Model model, int subgraph, Recipe recipe, Map<NodeId, Decision> decisions, Map<TensorId, TensorKey> keys) {
        this.subgraph = model.subgraphs().get(subgraph);
        this.recipe = recipe;
        this.decisions = decisions;
        this.keys = keys;
        this.producers = this.subgraph.producers();
        this.consumers = this.subgraph.consumers();
    }

    /// The tensors whose recorded range is needed.
    Set<TensorKey> required() {
        Set<TensorKey> required = new LinkedHashSet<>();
        forward(Map.of(), id -> {
            required.add(key(id));
            return QuantizationParameters.perTensor(1, 0);
        });
        return required;
    }

    Map<TensorId, QuantizationParameters> parameters(CalibrationTable ranges) {
        Function<TensorId, QuantizationParameters> fromRange = id -> fromRange(id, ranges);
        Map<TensorId, QuantizationParameters> overrides = new LinkedHashMap<>();
        Map<TensorId, QuantizationParameters> parameters = forward(overrides, fromRange);
        // Each round moves at least one producer; chains of joins settle from the last to the first.
        for (int round = 0; round <= subgraph.nodes().size() && retarget(parameters, overrides); round++) {
            parameters = forward(overrides, fromRange);
        }
        return parameters;
    }

    private QuantizationParameters fromRange(TensorId id, CalibrationTable ranges) {
        TensorStatistics range = ranges.get(key(id)).orElseThrow();
        return recipe.mode() == QuantizationMode.INT8
                ? QuantizationMath.activationInt8(range.min(), range.max())
                : QuantizationMath.activationInt16(range.min(), range.max());
    }

    private TensorKey key(TensorId id) {
        return Objects.requireNonNull(keys.get(id));
    }

    private Map<TensorId, QuantizationParameters> forward(
            Map<TensorId, QuantizationParameters> overrides, Function<TensorId, QuantizationParameters> fromRange) {
        Map<TensorId, QuantizationParameters> parameters = new LinkedHashMap<>(overrides);
        if (recipe.inputType() != TensorType.FLOAT32) {
            subgraph.inputs().stream()
                    .filter(this::isFloatActivation)
                    .forEach(id -> parameters.computeIfAbsent(id, fromRange));
        }
        for (Node node : subgraph.nodes()) {
            if (isInteger(node)) {
                NodeView view = new NodeView(subgraph, node);
                activations(view).forEach(id -> parameters.computeIfAbsent(id, fromRange));
                for (TensorId output : Graphs.floatOutputs(view)) {
                    parameters.computeIfAbsent(output, id -> outputParameters(view, id, parameters, fromRange));
                }
            }
        }
        if (recipe.outputType() != TensorType.FLOAT32) {
            subgraph.outputs().stream()
                    .filter(this::isFloatActivation)
                    .forEach(id -> parameters.computeIfAbsent(id, fromRange));
        }
        return parameters;
    }

    private QuantizationParameters outputParameters(
            NodeView view,
            TensorId output,
            Map<TensorId, QuantizationParameters> parameters,
            Function<TensorId, QuantizationParameters> fromRange) {
        QuantizationRule rule = rule(view.node());
        if (rule.scales() == Scales.FIXED_OUTPUT) {
            return fixed(rule);
        }
        if (rule.scales() == Scales.SAME) {
            List<TensorId> operands = activations(view);
            boolean single = Graphs.activationInputs(view, -1, -1).size() == 1;
            if (single && operands.size() == 1) {
                QuantizationParameters same = parameters.get(operands.getFirst());
                if (same != null) {
                    return same;
                }
            }
        }
        return fromRange.apply(output);
    }

    private QuantizationParameters fixed(QuantizationRule rule) {
        TensorType type = recipe.mode() == QuantizationMode.INT8 ? TensorType.INT8 : TensorType.INT16;
        QuantizationParameters fixed = rule.fixedOutput().get(type);
        if (fixed == null) {
            throw new IllegalStateException("no fixed parameters for " + type);
        }
        return fixed;
    }

    /// Moves producers to the parameters that a joining reader needs. True where one moved.
    private boolean retarget(
            Map<TensorId, QuantizationParameters> parameters, Map<TensorId, QuantizationParameters> overrides) {
        boolean moved = false;
        for (Node node : subgraph.nodes().reversed()) {
            NodeView view = new NodeView(subgraph, node);
            if (!isInteger(node) || !joins(view)) {
                continue;
            }
            QuantizationParameters target =
                    parameters.get(Graphs.floatOutputs(view).getFirst());
            for (TensorId operand : activations(view)) {
                QuantizationParameters own = parameters.get(operand);
                TensorId origin = target == null || own == null || own.sameMapping(target) ? null : origin(operand);
                if (origin != null && target != null && !target.equals(overrides.get(origin))) {
                    overrides.put(origin, target);
                    moved = true;
                }
            }
        }
        return moved;
    }

    /// The tensor whose own parameters decide those of `operand`, where they may be changed for a reader of `operand`;
    /// otherwise null.
    private @Nullable TensorId origin(TensorId operand) {
        TensorId id = operand;
        while (true) {
            boolean shared = consumers.getOrDefault(id, List.of()).size() > 1
                    || subgraph.outputs().contains(id);
            Node producer = producers.get(id);
            if ((shared && !recipe.tensorflowCompatible()) || producer == null || !isInteger(producer)) {
                return null;
            }
            NodeView view = new NodeView(subgraph, producer);
            QuantizationRule rule = rule(producer);
            if (rule.scales() == Scales.FIXED_OUTPUT) {
                return null;
            }
            if (rule.scales() != Scales.SAME || joins(view)) {
                return id;
            }
            id = activations(view).getFirst();
        }
    }

    /// Whether the operator needs several real operands in the same parameters.
    static boolean joins(NodeView view) {
        return rule(view.node()).scales() == Scales.SAME
                && Graphs.activationInputs(view, -1, -1).size() > 1;
    }

    static QuantizationRule rule(Node node) {
        return Operators.definition(node.code().builtin()).orElseThrow().quantization();
    }

    private boolean isInteger(Node node) {
        Decision decision = decisions.get(node.id());
        return decision != null
                && (decision.precision() == Precision.INT8 || decision.precision() == Precision.INT16X8);
    }

    private boolean isFloatActivation(TensorId id) {
        return Graphs.isFloat(subgraph.tensor(id)) && !subgraph.tensor(id).isConstant();
    }

    /// The real operands of a node that are computed at run time.
    private List<TensorId> activations(NodeView view) {
        QuantizationRule rule = rule(view.node());
        return Graphs.activationInputs(view, rule.weight(), rule.bias()).stream()
                .map(view.node()::input)
                .filter(this::isFloatActivation)
                .toList();
    }
}
